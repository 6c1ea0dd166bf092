import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { toJobsError } from './to-jobs-error.ts';

it.each([
  [{ errcode: 5 }, { code: 'SQLITE_BUSY' }, 'locked'],
  [{ errcode: 13 }, { code: 'SQLITE_FULL' }, 'full'],
  [{ errcode: 8 | (1 << 8) }, { code: 'SQLITE_READONLY_RECOVERY' }, 'read-only'],
  [{ errcode: 10 | (3 << 8) }, { code: 'SQLITE_IOERR_WRITE' }, 'failing'],
  [{ errcode: 14 }, { code: 'SQLITE_CANTOPEN' }, 'not-opened'],
  [{ errcode: 11 | (2 << 8) }, { code: 'SQLITE_CORRUPT_INDEX' }, 'damaged'],
  [{ errcode: 26 }, { code: 'SQLITE_NOTADB' }, 'damaged'],
])('says what is with a file, by the number or the name of a code: %o, %o', (...given) => {
  const [number, name, reason] = given;
  for (const cause of [number, name]) {
    expect(toJobsError(cause, 'jobs.sqlite')).toMatchObject({
      code: 'JOBS_BACKEND_UNAVAILABLE',
      details: { path: 'jobs.sqlite', reason },
      cause,
    });
  }
});

it('says it of a folder that is not there, and of a file that cannot be written', () => {
  const folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-sqlite-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const reasonOf = (use: () => void): unknown => {
    try {
      use();
    } catch (error) {
      return (toJobsError(error, folder) as { details?: { reason?: string } }).details?.reason;
    }
    return undefined;
  };
  expect(reasonOf(() => new DatabaseSync(join(folder, 'none', 'jobs.sqlite')))).toBe('not-opened');
  const path = join(folder, 'jobs.sqlite');
  new DatabaseSync(path).close();
  const database = new DatabaseSync(path, { readOnly: true });
  expect(reasonOf(() => database.exec('CREATE TABLE t (a)'))).toBe('read-only');
  database.close();
});

it('returns every other error as it is', () => {
  const error = Object.assign(new Error('constraint'), { errcode: 19 });
  expect(toJobsError(error, 'jobs.sqlite')).toBe(error);
});
