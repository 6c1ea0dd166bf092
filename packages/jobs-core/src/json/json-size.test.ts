import { describe, expect, it } from 'vitest';
import { bytesOver } from './json-size.ts';
import type { JsonValue } from './json-value.ts';

const sizeOf = (value: JsonValue): number => Buffer.byteLength(JSON.stringify(value), 'utf8');

describe('bytesOver', () => {
  it.each<[string, JsonValue]>([
    ['ASCII', { text: 'a'.repeat(100) }],
    ['two bytes a character', 'é'.repeat(50)],
    ['three bytes a character', ['€'.repeat(50)]],
    ['four bytes a character', { '🙂': '🙂'.repeat(10) }],
    ['escaped controls', '\u0000\u0001\n"\\'],
    ['lone surrogates', '\ud800\udc00\ud800'],
    ['numbers', [0, -1.5, Number.MAX_VALUE, 5e-324, -1.7976931348623157e308]],
    ['the longest numbers', Array.from({ length: 50 }, () => -0.0000010004170073682551)],
    ['constants', [true, false, null]],
    ['empty things', [{}, [], '']],
    ['nested things', { a: { b: [{ c: [[]] }] } }],
  ])('counts %s in UTF-8 to the byte', (_, value) => {
    const bytes = sizeOf(value);
    expect(bytesOver(value, bytes)).toBeUndefined();
    expect(bytesOver(value, bytes - 1)).toBe(bytes);
  });

  it('finds nothing too small to be refused', () => {
    expect(bytesOver(undefined, 0)).toBeUndefined();
  });
});
