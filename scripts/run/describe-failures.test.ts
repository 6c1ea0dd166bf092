import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { runSteps, type Step, summarise } from './run-steps.js';

const folder = mkdtempSync(join(tmpdir(), 'describe-failures-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A step that runs a program. */
function step(id: string, program: string, more: Partial<Step> = {}): Step {
  const args = ['--input-type=module', '-e', program];
  return { id, title: id, command: 'node', args, cwd: folder, timeout: 60_000, ...more };
}

/** A program that leaves a report of Vitest, and fails as Vitest does. */
function leave(results: string, failedTests: number, testResults: unknown[]): string {
  const report = JSON.stringify({ numPassedTests: 3, numFailedTests: failedTests, testResults });
  return `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(results)}, ${JSON.stringify(report)}); process.exit(1);`;
}

function test(fullName: string, ...failureMessages: string[]): unknown {
  return { fullName, status: failureMessages.length > 0 ? 'failed' : 'passed', failureMessages };
}

/** Runs the steps, and returns what the summary says below its counts, and the line it ends with. */
async function endOf(...steps: Step[]): Promise<{ said: string; line: string }> {
  const log = vi.spyOn(console, 'log').mockReturnValue();
  vi.spyOn(console, 'error').mockReturnValue();
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockReturnValue(true);
  }
  try {
    const results = await runSteps(steps, process.env, { parallel: 2 });
    log.mockClear();
    const { line } = summarise(results, 1);
    const [, said = ''] = log.mock.calls.flat().join('\n').split('in all');
    return { said: said.trim(), line };
  } finally {
    vi.restoreAllMocks();
  }
}

it('names each failed test with what went wrong', async () => {
  const results = join(folder, 'unit.json');
  const program = leave(results, 2, [
    {
      name: join(folder, 'src/a.test.ts'),
      status: 'failed',
      assertionResults: [
        test('group adds', 'AssertionError: expected 1\n  at one\n  at two\n  at three'),
        test('group removes'),
      ],
    },
    {
      name: join(folder, 'src/b.test.ts'),
      status: 'failed',
      message: 'no such module',
      assertionResults: [],
    },
  ]);
  const { said, line } = await endOf(step('fine', ''), step('unit:a', program, { results }));
  expect(said.split('\n')).toEqual([
    '── Failed',
    '✘ unit:a: exit code 1',
    '  src/a.test.ts > group adds',
    '    AssertionError: expected 1',
    '      at one',
    '      at two',
    '  src/b.test.ts',
    '    no such module',
  ]);
  expect(line).toBe('4 passed, 2 failed');
});

it.each([{ parallel: false }, { parallel: true }])(
  'quotes the errors and the last lines of a step that fails without a failed test, %o',
  async (more) => {
    const results = join(folder, 'coverage.json');
    const speak = `
      console.log('Unhandled Rejection\\nError: cut');
      for (let line = 0; line < 40; line += 1) console.log('line ' + line);
      console.log('ERROR: Coverage');`;
    const fails = step('unit:b', speak + leave(results, 0, []), { results, ...more });
    const { said, line } = await endOf(step('a', speak, more), fails);
    const lines = said.split('\n').map((text) => text.trim());
    expect(lines.slice(0, 4)).toEqual([
      '── Failed',
      '✘ unit:b: exit code 1',
      'Unhandled Rejection',
      'Error: cut',
    ]);
    expect(lines.slice(-3)).toEqual(['line 38', 'line 39', 'ERROR: Coverage']);
    expect(lines).not.toContain('line 20');
    expect(line).toBe('4 passed, 1 failed');
  },
);

it('says that a step was killed, and what it said before', async () => {
  const hangs = { command: 'sh', args: ['-c', 'echo begun; exec sleep 600'], timeout: 5000 };
  const { said } = await endOf({ ...step('hangs', ''), ...hangs });
  expect(said).toBe('── Failed\n✘ hangs: killed after 5 s\n  begun');
});

it('says no more than some tens of lines, however much failed', async () => {
  const steps = Array.from({ length: 20 }, (_, index) => {
    const results = join(folder, `many-${index}.json`);
    const name = join(folder, 'many.test.ts');
    const assertionResults = Array.from({ length: 40 }, () => test('x'.repeat(900), 'a\nb\nc'));
    return step(
      `unit:${index}`,
      leave(results, 40, [{ name, status: 'failed', assertionResults }]),
      { results },
    );
  });
  const { said } = await endOf(...steps);
  expect(said.split('\n')).toHaveLength(61);
  expect(Math.max(...said.split('\n').map((line) => line.length))).toBeLessThanOrEqual(200);
  expect(said).toContain('… and 28 more');
});

it('says nothing when nothing failed', async () => {
  const { said, line } = await endOf(step('fine', ''));
  expect(said).toBe('');
  expect(line).toBe('1 passed, 0 failed');
});
