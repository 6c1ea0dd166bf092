import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** Imports an entry where vitest cannot be imported, and does something with it; answers what that wrote. */
function runWithout(entry: string, program: string): { status: number | null; output: string } {
  const lines = [
    "import { registerHooks } from 'node:module';",
    'registerHooks({ resolve: (name, context, next) => {',
    "  if (/^@?vitest/.test(name)) throw new Error('asks for vitest');",
    '  return next(name, context);',
    '} });',
    `const testkit = await import(${JSON.stringify(entry)});`,
    program,
  ];
  const { VITEST, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--no-warnings', '--input-type=module', '--eval', lines.join('\n')],
    { env, encoding: 'utf8', cwd: fileURLToPath(new URL('..', import.meta.url)) },
  );
  return { status, output: stdout + stderr };
}

it('is imported where vitest is not installed', () => {
  const ran = runWithout('@philjs/jobs-testkit', 'console.log(testkit.createTestClock(5).now());');
  expect(ran).toEqual({ status: 0, output: '5\n' });
});

it('is required by CommonJS tests, also within vitest', () => {
  const program = "console.log(require('@philjs/jobs-testkit').createTestClock(5).now());";
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const args = ['--no-warnings', '--eval', program];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd });
  expect(stdout + stderr).toBe('5\n');
});

it('has its suites in an entry that does ask for vitest', () => {
  const { status, output } = runWithout('@philjs/jobs-testkit/conformance', '');
  expect([status, output.includes('asks for vitest')]).toEqual([1, true]);
});
