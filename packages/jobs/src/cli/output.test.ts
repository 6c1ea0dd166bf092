import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { Output } from './output.ts';

/** Makes a stream that claims to be a terminal; `test/terminal.test.ts` tests the output on a real one. */
function terminal(columns: number): {
  stdout: PassThrough & { isTTY: boolean };
  text: () => string;
} {
  const stdout = Object.assign(new PassThrough(), { isTTY: true, columns });
  return { stdout, text: () => String(stdout.read() ?? '') };
}

function outputOn(columns: number, json = false, env: Readonly<Record<string, string>> = {}) {
  const { stdout, text } = terminal(columns);
  const stdin = new PassThrough();
  const { signal: closed } = new AbortController();
  const io = { args: [], cwd: '/', env, stdin, stdout, stderr: new PassThrough(), closed };
  return { output: new Output(io, json), text };
}

describe('redraw', () => {
  test('goes up as many rows as the last drawing took, also where its lines wrap', () => {
    const { output, text } = outputOn(10);
    output.redraw(1, () => 'short');
    expect(text()).toBe('\u001b[0Jshort\n');
    output.redraw(2, () => `${'x'.repeat(25)}\n${output.style('red', 'y'.repeat(10))}`);
    expect(text()).toContain('\u001b[1A\u001b[0J');
    output.redraw(3, () => 'end');
    expect(text()).toBe('\u001b[4A\u001b[0Jend\n');
  });

  test('as JSON is one line after the other', () => {
    const { output, text } = outputOn(10, true);
    output.redraw({ n: 1n }, () => 'unused');
    output.redraw([2], () => 'unused');
    expect(text()).toBe('{"n":"1"}\n[2]\n');
  });
});

test('JSON holds no control character, also where JSON would allow it', () => {
  const { output, text } = outputOn(80, true);
  output.result({ name: '\u001b[2J\u009b2J\u007f' }, () => 'unused');
  output.line('\u0085', () => 'unused');
  expect(text()).toBe('{\n  "name": "\\u001b[2J\\u009b2J\\u007f"\n}\n"\\u0085"\n');
});

test.each([
  [{}, '\u001b[31mred\u001b[39m'],
  [{ NO_COLOR: '' }, '\u001b[31mred\u001b[39m'],
  [{ NO_COLOR: '1' }, 'red'],
])('colours follow the environment: %j', (env, shown) => {
  expect(outputOn(80, false, env as Record<string, string>).output.style('red', 'red')).toBe(shown);
});
