import { QueueKeys } from 'bullmq';
import { expect, test } from 'vitest';
import { decodeJobId, encodeJobId, heldJobId, storedIds } from './job-id.ts';

const plain = [
  'a',
  'order-1',
  'f81d4fae7dec11d0a76500a0c91e6bf6',
  '12a',
  'ü',
  '💚',
  '50%',
  ' ',
  'a~b',
];
const odd = [
  '12',
  '0',
  '007',
  'wait',
  'active',
  'meta',
  'events',
  'pc',
  'a:b',
  ':',
  '::',
  '~',
  '~a',
  '~%3a',
  'a:%3a',
  '\ud800',
  'a\udc00b',
  'a\0b',
  '\udc00\ud800',
  '💚:\ud83d',
  `${'x'.repeat(255)}:`,
];

test.each(plain)('stores %j as it is', (id) => {
  expect(encodeJobId(id)).toBe(id);
  expect(decodeJobId(id)).toBe(id);
});

test.each(odd)('stores %j as something BullMQ takes, and reads it back', (id) => {
  const stored = encodeJobId(id);
  expect(stored).not.toBe(id);
  expect(stored).not.toMatch(/:|^\d+$/);
  expect(Buffer.from(stored).toString()).toBe(stored);
  expect(decodeJobId(stored)).toBe(id);
});

test('stores no two ids alike', () => {
  const all = [...plain, ...odd];
  expect(new Set(all.map(encodeJobId)).size).toBe(all.length);
});

test.each(['1', '12', 'repeat:a:1'])('looks for %j as BullMQ stores it as well', (id) => {
  expect(storedIds(id)).toEqual([encodeJobId(id), id]);
  expect(heldJobId(id)).toBe(`${encodeJobId(id)}\0${id}`);
});

test.each(['1a', '~1', ''])('looks for %j as we store it only', (id) => {
  expect(storedIds(id)).toEqual([encodeJobId(id)]);
  expect(heldJobId(id)).toBe(encodeJobId(id));
});

test('gives no job the name of a key of BullMQ', () => {
  for (const key of Object.keys(new QueueKeys().getKeys(''))) {
    expect(encodeJobId(key), key).not.toBe(key);
    expect(decodeJobId(encodeJobId(key)), key).toBe(key);
  }
});
