import { describe, expect, it } from 'vitest';
import { hidePayload } from './hide-payload.ts';

describe('hidePayload', () => {
  it('puts the kind of a value in the place of each, however deep, and leaves other words', () => {
    const hide = hidePayload([
      { user: { pin: 123_456n, names: ['hunter2'] } },
      new Map([[1, 98_765]]),
    ]);
    expect(hide('Expected number, received "hunter2" (123456, 98765)')).toBe(
      'Expected number, received "<string>" (<bigint>, <number>)',
    );
  });

  it('hides a value whole of which another one is a part, as it is cut, and as JSON writes it', () => {
    const long = `first "${'x'.repeat(80)}`;
    const hide = hidePayload([['hunter2', 'hunter2-hunter2', long]]);
    expect(hide('hunter2-hunter2')).toBe('<string>');
    expect(hide(JSON.stringify(long))).toBe('"<string>"');
    expect(hide(`\`"${long.slice(0, 60)}…"\``)).toBe('`"<string>…"`');
  });

  it('leaves short values, and ends with a payload that holds itself', () => {
    const own: { self?: unknown; cents: number } = { cents: 42 };
    own.self = own;
    expect(hidePayload([own])('at least 42')).toBe('at least 42');
  });
});
