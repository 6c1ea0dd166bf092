import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { makeAssetModules } from '../../build-assets.ts';
import { pageScripts } from './page-scripts.ts';
import { pageStyle } from './page-style.ts';

test('what is committed is what `pnpm run assets` makes of the folder client', async () => {
  const modules = await makeAssetModules();
  expect([...modules.keys()].map((path) => basename(path))).toEqual([
    'page-scripts.ts',
    'page-style.ts',
    'chart-style.ts',
  ]);
  for (const [path, text] of modules) expect(readFileSync(path, 'utf8')).toBe(text);
});

test('the first page needs at most 40 KB of script and style, gzipped', () => {
  const [entry, ...later] = pageScripts;
  const first = [entry, ...later.filter(({ name }) => entry.body.includes(`from"./${name}"`))];
  expect(first.length).toBeLessThan(pageScripts.length);
  const bytes = [...first, pageStyle].map(({ body }) => gzipSync(body, { level: 9 }).length);
  expect(bytes.reduce((sum, size) => sum + size)).toBeLessThan(40 * 1024);
});
