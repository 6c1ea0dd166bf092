import { expect, test } from 'vitest';
import { placeText } from './place-text.ts';

test.each([
  ['number 1', { order: { policy: 'fifo' }, ahead: 0 }],
  ['number 1000', { order: { policy: 'ageing' }, ahead: 999 }],
  ['after 1,000', { order: { policy: 'deadline' }, ahead: 1000 }],
  ['number 3 of its key, no other keys', { order: { policy: 'fair' }, ahead: 2 }],
  ['number 3 of its key, 1 other key', { order: { policy: 'fair' }, ahead: 2, otherKeys: 1 }],
  [
    'after 1,000 of its key, at least 1,000 other keys',
    { order: { policy: 'fair' }, ahead: 1000, otherKeys: 1000 },
  ],
] as const)('says %s', (text, place) => {
  expect(placeText(place)).toBe(text);
});
