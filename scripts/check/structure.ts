// Holds the sources to the sizes and names that CONTRIBUTING.md gives, and to what the linter cannot see.
// (`any` is the linter's: an exception there has its reason beside it.)
import { readFileSync } from 'node:fs';
import { basename, relative } from 'node:path';
import { root } from '../setup/workspace.js';
import { workspacePackages } from '../setup/workspace-packages.js';
import { listFiles } from './list-files.ts';

const limits = { median: 100, most: 250, max: 400 } as const;
const vague = /^(utils?|types?|helpers?|common|misc|shared)\.[cm]?tsx?$/;
const forbidden = [{ pattern: /@ts-(ignore|nocheck)/, why: 'a type error is fixed, not silenced' }];
const forbiddenInSource = [
  { pattern: /@ts-expect-error/, why: 'a type error is expected in type tests only' },
];
const forbiddenInTests = [
  {
    pattern: /\b(it|test|describe|suite|bench)(\.\w+)*\.(only|skip|todo|fails)\b/,
    why: 'a test runs, or says with `skipIf` on what it depends',
  },
  { pattern: /\bretry:\s*[1-9]/, why: 'no retried tests: a flake is a bug' },
];

const problems: string[] = [];
const sizes: number[] = [];

for (const { folder, path } of workspacePackages('packages')) {
  const own: number[] = [];
  for (const file of listFiles(folder, /\.([cm]?tsx?|lua)$/)) {
    const test = /\.test(-d)?\.ts$/.test(file) || /\/test\//.test(relative(folder, file));
    const source = !test && relative(folder, file).startsWith('src/');
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    const name = relative(root, file);
    if (source) own.push(lines.length);
    if (source && lines.length > limits.max) {
      problems.push(
        `${name}: ${lines.length} lines, more than ${limits.max}: two nouns in one file`,
      );
    }
    if (vague.test(basename(file))) problems.push(`${name}: a file is named for what it exports`);
    checkLines(name, lines, [
      ...forbidden,
      ...(source ? forbiddenInSource : []),
      ...(test ? forbiddenInTests : []),
    ]);
  }
  if (own.length > 0) console.log(`${path.padEnd(24)} ${describeSizes(own)}`);
  sizes.push(...own);
}

if (sizes.length > 0) {
  console.log(`${'all'.padEnd(24)} ${describeSizes(sizes)}`);
  if (quantile(sizes, 0.5) > limits.median) {
    problems.push(`The median file is longer than ${limits.median} lines.`);
  }
  if (quantile(sizes, 0.9) > limits.most) {
    problems.push(`More than one file in ten is longer than ${limits.most} lines.`);
  }
}

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;

function checkLines(
  name: string,
  lines: readonly string[],
  rules: readonly { pattern: RegExp; why: string }[],
): void {
  for (const [index, line] of lines.entries()) {
    const comment = /^\s*(\/\/|\/?\*)/.test(line);
    for (const { pattern, why } of rules) {
      const code = comment && !/@ts-|biome-ignore/.test(line) ? '' : line;
      const match = pattern.exec(code);
      if (match) problems.push(`${name}:${index + 1}: ${match[0].trim()} (${why})`);
    }
  }
}

function describeSizes(lines: readonly number[]): string {
  const count = `${lines.length} files`.padStart(10);
  return `${count}, lines: median ${quantile(lines, 0.5)}, nine in ten up to ${quantile(lines, 0.9)}, longest ${Math.max(...lines)}`;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}
