import { PassThrough } from 'node:stream';
import type { Command, Option } from 'commander';
import { expect, test } from 'vitest';
import { createProgram } from '../src/cli/program.ts';

/** Values of which each option takes one. */
const VALUES = ['7', '0.5', '2026-01-31', '5m', 'emails:5', 'text'];
const io = (): Parameters<typeof createProgram>[0] => {
  const stream = new PassThrough();
  const { signal: closed } = new AbortController();
  return { args: [], cwd: '.', stdin: stream, stdout: stream, stderr: stream, env: {}, closed };
};

/** Lists all commands that do something, with the words that call them. */
function all(command: Command, words: readonly string[] = []): [string, readonly string[]][] {
  return command.commands.flatMap((inner) => {
    const path = [...words, inner.name()];
    return [[path.join(' '), path] as [string, readonly string[]], ...all(inner, path)];
  });
}

/** Finds a command, and the program it is in. */
function find(path: readonly string[]): { readonly program: Command; readonly command: Command } {
  const program = createProgram(io(), '1.2.3');
  const command = path.reduce<Command>(
    (at, name) => at.commands.find((one) => one.name() === name) as Command,
    program,
  );
  return { program, command };
}

/** Parses a line, and returns the arguments and options that the action of its command gets. */
async function parsed(path: readonly string[], args: readonly string[]): Promise<unknown> {
  const { program, command } = find(path);
  let got: unknown;
  command.action((...given: unknown[]) => {
    const self = given.at(-1) as Command;
    got = { args: given.slice(0, -2), options: self.optsWithGlobals() };
  });
  await program.parseAsync([...args], { from: 'user' });
  return got;
}

/** Writes an option with a value that it takes. */
function written(option: Option): string[] {
  const flag = option.long ?? option.short ?? '';
  if (!option.required && !option.optional) return [flag];
  const value = [...VALUES, ...(option.argChoices ?? [])].find((one) => {
    try {
      option.parseArg?.(one, undefined);
      return true;
    } catch {
      return false;
    }
  });
  return [flag, value ?? ''];
}

test.each(all(createProgram(io(), '1.2.3')))(
  '%s takes its options, and those of all commands, before and after its arguments',
  async (_, path) => {
    const { program, command } = find(path);
    const names = command.registeredArguments.flatMap((argument) =>
      argument.variadic ? ['one', 'two'] : ['one'],
    );
    const required = command.options.filter(({ mandatory }) => mandatory).flatMap(written);
    const shared = program.options.filter(({ long }) => long !== '--version');
    for (const option of [...command.options, ...shared]) {
      const flag = written(option);
      const rest = option.mandatory ? required : [...required, ...flag];
      const orders = [
        [...path, ...rest, ...names],
        [...path, ...names, ...rest],
        [...path, ...names.slice(0, 1), ...rest, ...names.slice(1)],
        // Those of all commands may also stand before the words of the command, or between them.
        ...(shared.includes(option)
          ? [
              [...flag, ...path, ...required, ...names],
              [...path.slice(0, 1), ...flag, ...path.slice(1), ...required, ...names],
            ]
          : []),
      ];
      const got = await Promise.all(orders.map((order) => parsed(path, order)));
      expect([flag, got[0]]).toEqual([flag, expect.objectContaining({ args: expect.anything() })]);
      for (const one of got) expect([flag, one]).toEqual([flag, got[0]]);
      const key = option.attributeName();
      expect([flag, (got[0] as { options: object }).options]).toEqual([
        flag,
        expect.objectContaining({ [key]: expect.anything() }),
      ]);
    }
  },
);
