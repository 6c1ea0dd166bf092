import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Step } from './run-steps.js';

let folder: string;
/** The modules of a repository of its own. */
let record: typeof import('./fault-record.js');

beforeEach(async () => {
  vi.spyOn(console, 'log').mockReturnValue();
  folder = mkdtempSync(join(tmpdir(), 'fault-record-'));
  cpSync(import.meta.dirname, join(folder, 'scripts/run'), { recursive: true });
  cpSync(join(import.meta.dirname, '../setup'), join(folder, 'scripts/setup'), { recursive: true });
  mkdirSync(join(folder, '.ci'));
  writeFileSync(join(folder, '.gitignore'), '.ci/passed.json\n');
  git('init', '--quiet');
  commit('start', '1');
  await reload();
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** Reads the files of the folder as a new process does. */
async function reload(): Promise<void> {
  record = await import(`${join(folder, 'scripts/run/fault-record.js')}?${Math.random()}`);
}

function git(...args: string[]): string {
  const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
  return execFileSync('git', [...identity, ...args], { cwd: folder, encoding: 'utf8' }).trim();
}

function commit(path: string, text: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
  git('add', '.');
  git('commit', '--quiet', '--message', 'x');
}

function step(id: string): Step {
  const inputs = new RegExp(`^packages/${id}/`);
  return { id, title: id, command: '', args: [], cwd: folder, timeout: 1, inputs };
}

/** Notes that a step ended, and how many seconds it took. */
function ended(id: string, ok = true) {
  const counts = { passed: 1, failed: 0, skipped: 0, code: 0, output: '' };
  return { step: step(id), ok, seconds: 4.2, ...counts };
}

const order = () => record.inOrder(['a', 'b', 'c'].map(step)).map(({ id }) => id);

it('records the commit when all passed, and puts first what changed since', async () => {
  record.recordRuns(
    ['a', 'b', 'c'].map((id) => ended(id)),
    true,
  );
  const written = JSON.parse(readFileSync(join(folder, '.ci/faults.json'), 'utf8'));
  expect(written).toEqual({ commit: git('rev-parse', 'HEAD'), seconds: { a: 5, b: 5, c: 5 } });
  commit('packages/c/x', '1');
  await reload();
  expect(order()).toEqual(['c', 'a', 'b']);
});

it('puts first what was left out, or failed', () => {
  record.recordRuns([ended('a'), ended('b', false)], false);
  expect(order()).toEqual(['b', 'c', 'a']);
  record.recordRuns([ended('b'), ended('c')], false);
  expect(order()).toEqual(['a', 'b', 'c']);
});

it('records no commit when one failed, was left out, or the tree has other changes', () => {
  const { commit: none } = record.faultRecord();
  record.recordRuns([ended('a'), ended('b', false)], true);
  record.recordRuns([ended('a')], false);
  writeFileSync(join(folder, 'other'), '1');
  record.recordRuns([ended('a')], true);
  expect(none).toBeUndefined();
  expect(record.faultRecord().commit).toBeUndefined();
});

it('takes everything for changed since a commit that is not in the clone', () => {
  expect(record.hasChanged(step('a'), 'f'.repeat(40))).toBe(true);
  expect(record.hasChanged(step('a'), undefined)).toBe(true);
  expect(record.hasChanged(step('a'), git('rev-parse', 'HEAD'))).toBe(false);
});
