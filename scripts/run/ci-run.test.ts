import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** Runs what CI runs, where `npm start` and `npm test` print some lines and end with a code. */
function runCi(start: Command, test: Command): { status: number | null; lines: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'ci-run-'));
  folders.push(folder);
  cpSync(join(root, '.ci'), join(folder, '.ci'), { recursive: true });
  for (const [name, { says, code }] of Object.entries({ start, test })) {
    writeFileSync(join(folder, `${name}.txt`), `${says.join('\n')}\n`);
    writeFileSync(join(folder, `${name}.sh`), `cat ${name}.txt; exit ${code}\n`);
  }
  const scripts = { start: 'sh start.sh', test: 'sh test.sh' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts }));
  const { status, stdout } = spawnSync('bash', ['.ci/run'], { cwd: folder, encoding: 'utf8' });
  return { status, lines: stdout.trimEnd().split('\n') };
}

interface Command {
  readonly says: string[];
  readonly code: number;
}

it('ends with what failed in all of its commands, and the sum', () => {
  const named = ['✘ unit:jobs: exit code 1', '  a.test.ts > adds', '    AssertionError: no'];
  const { status, lines } = runCi(
    { says: ['hello', 'Cannot start'], code: 3 },
    { says: ['── Failed', ...named, '', 'Left out: x', '', '7 passed, 2 failed'], code: 1 },
  );
  const end = lines.slice(lines.indexOf('=== Failed: npm start (exit code 3)'));
  expect(end).toContain('Cannot start');
  expect(end.slice(-7)).toEqual([
    '',
    '=== Failed: npm test (exit code 1)',
    ...named,
    '',
    '7 passed, 3 failed',
  ]);
  expect(status).toBe(1);
});

it('ends with the sum alone when nothing failed', () => {
  const { status, lines } = runCi(
    { says: ['hello'], code: 0 },
    { says: ['', '7 passed, 0 failed'], code: 0 },
  );
  expect(lines.slice(-3)).toEqual(['7 passed, 0 failed', '', '8 passed, 0 failed']);
  expect(status).toBe(0);
});
