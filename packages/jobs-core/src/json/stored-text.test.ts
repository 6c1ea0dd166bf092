import { expect, it } from 'vitest';
import { fromText, toText } from './stored-text.ts';

const TEXTS = [
  'a',
  '',
  'ü 👩‍🚀',
  'a\0b',
  'nice \ud83d',
  '\ude00 nice',
  'json:',
  'json:a',
  'json:"a"',
  ' ',
];

it.each(TEXTS)('stores %j so that it comes back', (value) => {
  expect(toText(value)).not.toContain('\0');
  expect(Buffer.from(toText(value)).toString()).toBe(toText(value));
  expect(fromText(toText(value))).toBe(value);
});

it('leaves what is well-formed as it is, for other tools', () => {
  for (const text of TEXTS.slice(0, 3)) expect(toText(text)).toBe(text);
});

it('keeps different strings apart', () => {
  const values = ['\ud83d', '\ud83e', '\ufffd', '"\\ud83d"', 'json:"\\ud83d"', 'a\0', 'a'];
  expect(new Set(values.map(toText)).size).toBe(values.length);
});

it('leaves what another tool wrote as it is', () => {
  for (const text of ['json:a', 'json:{"a":1}', 'json:5']) expect(fromText(text)).toBe(text);
});
