import { expect, it } from 'vitest';
import { fromText, toText } from './text.ts';

const TEXTS = [
  '',
  'plain',
  '送信 📧',
  'a\u0000b',
  'nice \ud83d',
  '\ude00 nice',
  'json:',
  'json:"a"',
];

it.each(TEXTS)('brings %j back as it was, by way of UTF-8', (text) => {
  const stored = Buffer.from(toText(text), 'utf8').toString('utf8');
  expect(fromText(stored)).toBe(text);
});

it('leaves what is well-formed as it is, for BullMQ’s tools', () => {
  for (const text of TEXTS.slice(0, 4)) expect(toText(text)).toBe(text);
});

it('tells all of them apart', () => {
  const stored = ['\ud83d', '\ud83e', '\ufffd', '"\\ud83d"', 'json:"\\ud83d"'].map(toText);
  expect(new Set(stored).size).toBe(stored.length);
});

it('leaves what another tool wrote as it is', () => {
  for (const text of ['json:a', 'json:{"a":1}', 'json:5']) expect(fromText(text)).toBe(text);
});
