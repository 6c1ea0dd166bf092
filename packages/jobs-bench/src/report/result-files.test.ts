import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeReadme } from './result-files.ts';

const marks = [
  '<!-- figures: written by `pnpm bench --write-readme` -->',
  '<!-- end of figures -->',
];
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jobs-bench-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('replaces what stands between the marks and nothing else', () => {
  const file = join(folder, 'README.md');
  writeFileSync(file, `before\n${marks[0]}\nold figures\n${marks[1]}\nafter\n`);
  writeReadme(pathToFileURL(file), [], () => undefined);
  expect(readFileSync(file, 'utf8')).toBe(`before\n${marks[0]}\n\n\n${marks[1]}\nafter\n`);
});

it('refuses a README without the marks', () => {
  const file = join(folder, 'README.md');
  writeFileSync(file, 'figures\n');
  expect(() => writeReadme(pathToFileURL(file), [], () => undefined)).toThrow(/lines/);
});
