import { expect, test } from 'vitest';
import { decodePayload, decodeResult, encodePayload, encodeResult } from './stored-json.ts';

const values = [undefined, null, {}, [], '', 0, false, 'null', { a: [1, { b: null }] }, '{ }'];

test.each(values)('keeps the payload %j, and BullMQ reads it', (value) => {
  expect(decodePayload(encodePayload(value))).toEqual(value);
  expect(JSON.parse(encodePayload(value))).toEqual(value ?? (value === undefined ? {} : null));
});

test.each(values)('keeps the result %j, and BullMQ reads it', (value) => {
  expect(decodeResult(encodeResult(value))).toEqual(value);
  expect(JSON.parse(encodeResult(value))).toEqual(value ?? null);
});

test('takes what is no JSON for text', () => {
  expect(decodeResult('plain text')).toBe('plain text');
});
