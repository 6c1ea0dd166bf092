import { globSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import type { LuaPart, Script } from '../src/script/script.ts';
import { luaFigures } from './support/lua-figures.ts';

/** Lua's limits are 200 and 60: a chunk beyond them is refused when the server first gets it. */
const MOST = { locals: 185, upvalues: 50 };

const SRC = join(import.meta.dirname, '../src');
const SCRIPT = join(SRC, 'script/script.ts');

/** Joins all scripts as the package does: each that its modules define when they are loaded. */
async function joinedScripts(): Promise<Script<string>[]> {
  const scripts: Script<string>[] = [];
  const actual = await import('../src/script/script.ts');
  vi.resetModules();
  vi.doMock(SCRIPT, () => ({
    ...actual,
    defineScript:
      (name: string, names?: string) =>
      (...parts: readonly LuaPart[]) => {
        const script: Script<string> = actual.defineScript(name, names)(...parts);
        scripts.push(script, ...(script.ordered === undefined ? [] : [script.ordered]));
        return script;
      },
  }));
  const modules = globSync('**/*.ts', { cwd: SRC, exclude: ['**/*.test.ts'] });
  for (const file of modules) await import(join(SRC, file));
  return scripts;
}
afterAll(() => {
  vi.doUnmock(SCRIPT);
  vi.resetModules();
});

test('joins no script that comes near the variables that Lua allows a function', async () => {
  const scripts = await joinedScripts();
  const figures = scripts.map(({ command, lua }) => ({ command, ...luaFigures(lua) }));
  expect(figures.filter((each) => each.locals > MOST.locals)).toEqual([]);
  expect(figures.filter((each) => each.upvalues > MOST.upvalues)).toEqual([]);
});

test('counts what a function has at a time, and what it uses of those around it', () => {
  const source = `local a, b = 1
    do local c end
    local function f(x) for i = 1, 2 do local y = a end return function() return b end end`;
  // a, b and f; in f: x, three of the loop, i and y.
  expect(luaFigures(source)).toEqual({ locals: 6, upvalues: 2 });
});
