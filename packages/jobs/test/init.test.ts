import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { callCli } from './cli-trial.ts';

const main = join(import.meta.dirname, '../src/cli/main.ts');
const run = promisify(execFile);

/** Makes an empty folder that no package is installed for. */
async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'philjs-jobs-init-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Installs this package into a folder, by a link. */
function install(folder: string): void {
  mkdirSync(join(folder, 'node_modules/@philjs'), { recursive: true });
  symlinkSync(join(import.meta.dirname, '..'), join(folder, 'node_modules/@philjs/jobs'));
}

test('init in an empty folder says to install the package first, then runs', async () => {
  const cwd = await emptyFolder();
  const { code, stdout } = await callCli(['init'], { cwd });
  expect(code).toBe(0);
  expect(stdout).toMatch(/Next:\n {2}npm install @philjs\/jobs\n {2}npx @philjs\/jobs dev\n/);
  install(cwd);
  expect(await callCli(['--json', 'stats'], { cwd })).toMatchObject({ code: 0 });
});

test('init names no step that is done already, and what tsconfig.json needs', async () => {
  const cwd = await emptyFolder();
  install(cwd);
  const { stdout } = await callCli(['init'], { cwd });
  expect(stdout).toMatch(/Next:\n {2}npx @philjs\/jobs dev\n/);
  expect(stdout).toMatch(/nodenext.*allowImportingTsExtensions/s);
  const json = await callCli(['--json', 'init'], { cwd: await emptyFolder() });
  expect(JSON.parse(json.stdout).next).toEqual([
    'npm install @philjs/jobs',
    'npx @philjs/jobs dev',
  ]);
});

test.each(['commonjs', 'module', undefined])(
  'what init writes runs in a package of the type %s',
  async (type) => {
    const cwd = await emptyFolder();
    install(cwd);
    await writeFile(join(cwd, 'package.json'), JSON.stringify({ private: true, type }));
    await callCli(['init'], { cwd });
    const env = { ...process.env, REDIS_URL: '', DATABASE_URL: '' };
    const { stdout, stderr } = await run(process.execPath, [main, '--json', 'stats'], { cwd, env });
    expect(JSON.parse(stdout)).toMatchObject([{ queue: 'default', total: 0 }]);
    expect(stderr).not.toContain('Warning');
  },
);

test('init says what it cannot write, and leaves nothing of what it wrote before', async () => {
  const cwd = await emptyFolder();
  await writeFile(join(cwd, 'jobs'), 'not a folder');
  const taken = await callCli(['init'], { cwd });
  expect(taken).toMatchObject({ code: 2, stdout: '' });
  expect(taken.stderr).not.toContain('    at ');
  // The second file cannot be written, as on a disk that is full by then.
  const other = await emptyFolder();
  symlinkSync(join(other, 'none', 'jobs.config.ts'), join(other, 'jobs.config.ts'));
  const broken = await callCli(['init'], { cwd: other });
  expect(broken).toMatchObject({ code: 2, stdout: '' });
  expect(existsSync(join(other, 'jobs/greet.ts'))).toBe(false);
});
