import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findConfig, loadConfig } from './load-config.ts';

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'philjs-jobs-config-'));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

test('finds the first configuration of a folder', async () => {
  const at = await folder();
  expect(findConfig(at)).toBeUndefined();
  await writeFile(join(at, 'jobs.config.mjs'), '');
  expect(findConfig(at)).toBe(join(at, 'jobs.config.mjs'));
  await writeFile(join(at, 'jobs.config.ts'), '');
  expect(findConfig(at)).toBe(join(at, 'jobs.config.ts'));
});

test.each([
  ['is not there', undefined],
  ['does not run', 'throw new Error("no");'],
  ['exports nothing', 'export const queues = [];'],
  ['exports something else', 'export default { queues: "all" };'],
])('refuses a file that %s', async (_what, text) => {
  const path = join(await folder(), 'jobs.config.mjs');
  if (text !== undefined) await writeFile(path, text);
  await expect(loadConfig(path)).rejects.toMatchObject({ code: 'JOBS_INVALID_ARGUMENT' });
});

test.each([
  ['jobs.config.mjs', '@philjs/nowhere', '@philjs/nowhere'],
  ['jobs.config.mjs', 'nowhere-at-all/sub', 'nowhere-at-all'],
  ['jobs.config.ts', '@philjs/nowhere/sub', '@philjs/nowhere'],
])('says how to install what %s imports: %s', async (file, specifier, name) => {
  const path = join(await folder(), file);
  await writeFile(path, `import '${specifier}';`);
  await expect(loadConfig(path)).rejects.toThrow(`npm install ${name}\``);
});

test('says where a file failed that throws', async () => {
  const at = await folder();
  await writeFile(join(at, 'jobs.mjs'), 'let a = 1;\nnull.size;');
  const path = join(at, 'jobs.config.mjs');
  await writeFile(path, "import './jobs.mjs';\nexport default {};");
  await expect(loadConfig(path)).rejects.toThrow('(jobs.mjs:2:6)');
});

test('advises to install no file of the project', async () => {
  const path = join(await folder(), 'jobs.config.mjs');
  await writeFile(path, "import './jobs.mjs';");
  await expect(loadConfig(path)).rejects.toThrow(/Cannot find module [^`]*$/);
});
