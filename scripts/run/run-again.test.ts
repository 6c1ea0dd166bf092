import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { runSteps, summarise } from './run-steps.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'run-again-'));
  for (const name of ['log', 'error'] as const) vi.spyOn(console, name).mockReturnValue();
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockReturnValue(true);
  }
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** A step in which `slow` fails, but not alone; a test that the environment asks for fails always. */
const program = `
import { writeFileSync } from 'node:fs';
const again = process.argv.includes('--testNamePattern');
const failing = again ? process.argv.filter((arg) => arg === '^always$') : ['slow', process.env.ALWAYS].filter(Boolean);
const tests = failing.map((text) => ({ fullName: text.replace(/[$^]/g, ''), status: 'failed', failureMessages: ['late'] }));
const report = {
  numPassedTests: again ? 1 - failing.length : 3,
  numFailedTests: failing.length,
  testResults: [{ name: process.cwd() + '/a.realtime.test.ts', status: 'failed', assertionResults: tests }],
};
writeFileSync(process.argv[1], JSON.stringify(report));
process.exit(failing.length > 0 ? 1 : 0);`;

async function runOnce(env: NodeJS.ProcessEnv) {
  const results = join(folder, 'real-time.json');
  const args = ['--input-type=module', '-e', program, results];
  const step = { id: 'real-time', title: 'x', command: 'node', args, cwd: folder, timeout: 60_000 };
  const steps = [{ ...step, results, realTime: true }];
  const outcome = await runSteps(steps, { ...process.env, ...env });
  return { outcome, ...summarise(outcome, 1) };
}

it('counts a test on real time as passed that passes when it runs alone, and names it', async () => {
  const { outcome, line } = await runOnce({});
  expect(line).toBe('4 passed, 0 failed');
  expect(outcome[0]).toMatchObject({
    ok: true,
    unsteady: ['a.realtime.test.ts > slow: failed, then passed'],
  });
});

it('fails when one fails twice', async () => {
  const { outcome, line } = await runOnce({ ALWAYS: 'always' });
  expect(line).toBe('4 passed, 1 failed');
  expect(outcome[0]).toMatchObject({
    ok: false,
    unsteady: [
      'a.realtime.test.ts > slow: failed, then passed',
      'a.realtime.test.ts > always: failed, then failed',
    ],
  });
});
