import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { createProgram } from '../src/cli/program.ts';
import { callCli } from './cli-trial.ts';

const document = readFileSync(new URL('../../../docs/operating.md', import.meta.url), 'utf8');
// The table of what people do has five columns; the others of the document have not.
const commands = [
  ...document.matchAll(/^\| [^|]+ \| `[^`]+` \| `([^`]+)` \|[^|]+\|[^|]+\|$/gm),
].map(([, line]) => line ?? '');

test.each([...new Set(commands)])(
  'philjs-jobs %s is there, as the table of what people do says',
  async (line) => {
    const words = line.split(' ').filter((word) => !word.startsWith('--'));
    const flags = line.split(' ').filter((word) => word.startsWith('--'));
    const { code, stdout } = await callCli([...words, '--help'], { cwd: '/' });
    expect(code).toBe(0);
    expect(stdout).toContain(`philjs-jobs ${words.join(' ')}`);
    for (const flag of flags.filter((one) => one !== '--reveal')) expect(stdout).toContain(flag);
  },
);

/** Commands that start programs, make files, move whole stores, are groups of others, or have no page yet. */
const OTHER = [
  ...['init', 'dev', 'work', 'serve', 'dashboard', 'migrate', 'copy'],
  'schedules',
  'workflow',
];

test('the table of what people do names every command', () => {
  const stream = new PassThrough();
  const { signal: closed } = new AbortController();
  const io = { args: [], cwd: '.', stdin: stream, stdout: stream, stderr: stream, env: {}, closed };
  const named = ({ commands: inner }: Command, prefix = ''): string[] =>
    inner.flatMap((command) => {
      const name = `${prefix}${command.name()}`;
      return [name, ...named(command, `${name} `)];
    });
  const listed = new Set(commands.map((line) => line.replace(/ --.*/, '')));
  const all = named(createProgram(io, '1.2.3')).filter((name) => !OTHER.includes(name));
  expect([...listed].sort()).toEqual(all.sort());
});
