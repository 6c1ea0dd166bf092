import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { callCli, makeProject } from './cli-trial.ts';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

test('the package has one command, which is what `npx @philjs/jobs` runs', () => {
  expect(Object.keys(manifest.bin)).toEqual(['philjs-jobs']);
  expect(Object.keys(manifest.publishConfig.bin)).toEqual(['philjs-jobs']);
});

test('the next step that init prints names the package, whose name is owned', async () => {
  const { stdout } = await callCli(['init'], { cwd: await makeProject() });
  expect(stdout).toContain('npx @philjs/jobs dev');
});
