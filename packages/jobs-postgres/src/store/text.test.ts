import { expect, it } from 'vitest';
import { fromText, toText } from './text.ts';

it.each(['a', '', 'ü 👩‍🚀', 'a\0b', '\ud800', 'json:a', 'json:"a"', ' '])(
  'stores %j so that it comes back',
  (value) => {
    expect(toText(value)).not.toContain('\0');
    expect(Buffer.from(toText(value)).toString()).toBe(toText(value));
    expect(fromText(toText(value))).toBe(value);
  },
);

it('keeps different strings apart', () => {
  const values = ['\ud800', '\ufffd', '\ud801', 'json:"\\ud800"', 'a\0', 'a'];
  expect(new Set(values.map(toText)).size).toBe(values.length);
});
