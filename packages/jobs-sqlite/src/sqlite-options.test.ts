import { resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { createQueue } from './create-queue.ts';
import { sqliteBackend } from './sqlite-backend.ts';
import { checkSqliteOptions } from './sqlite-options.ts';

it('keeps the jobs in ./jobs.sqlite by default', () => {
  expect(checkSqliteOptions({})).toEqual({
    path: resolve('jobs.sqlite'),
    synchronous: 'normal',
    driver: DatabaseSync,
  });
});

it.each([
  { path: 5 },
  { path: '' },
  { path: ':memory:' },
  { path: 'a\0b' },
  { synchronous: 'off' },
  { driver: 'libsql' },
  { backend: () => undefined },
])('refuses %j', (options) => {
  expect(() => createQueue(options as never)).toThrow(
    expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' }),
  );
});

it('suggests its own option for a near miss', () => {
  expect(() => createQueue({ paths: './jobs.sqlite' } as never)).toThrow(
    expect.objectContaining({ details: { field: 'createQueue.paths', suggestion: 'path' } }),
  );
});

it('refuses an option it does not know', () => {
  expect(() => sqliteBackend({ file: './jobs.sqlite' } as never)).toThrow(
    expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' }),
  );
});
