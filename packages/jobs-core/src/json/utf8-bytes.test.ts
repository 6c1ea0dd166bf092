import { expect, it } from 'vitest';
import { utf8Bytes } from './utf8-bytes.ts';

it.each([
  '',
  'a',
  'é€',
  '😀',
  'a😀b',
  '\ud83d',
  '\ude00',
  '\ud83d\ud83d\ude00',
  '\u0000\u07ff\u0800',
])('counts as a text is written: %j', (text) =>
  expect(utf8Bytes(text)).toBe(Buffer.byteLength(text)),
);
