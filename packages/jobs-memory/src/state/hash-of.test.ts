import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { hashOf } from './hash-of.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Returns the heap that each of many strings of 33 parts takes. */
function bytesEach(use: (text: string) => unknown): number {
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const kept = Array.from({ length: 5_000 }, (_, n) => {
    let text = `${n}-`;
    for (let i = 0; i < 32; i++) text += String.fromCharCode(65 + ((n + i) % 26));
    use(text);
    return text;
  });
  collectGarbage();
  return (process.memoryUsage().heapUsed - before) / kept.length;
}

const count = 50_000;
const places = 2 ** 17;
const families: Record<string, (i: number) => string> = {
  numbers: (i) => `${i}`,
  'multiples of a power of two': (i) => `${i * 4096}`,
  'a long common start': (i) => `${'0'.repeat(200)}${i}`,
  'a long common end': (i) => `${i}${'0'.repeat(200)}`,
  'two numbers': (i) => `order:${i % 224}:${Math.floor(i / 224)}`,
  'characters beyond Latin': (i) => String.fromCharCode(0x4e00 + (i % 224), 0x4e00 + i / 224),
};

it.each(Object.keys(families))('spreads ids that differ little: %s', (family) => {
  const ids = Array.from({ length: count }, (_, i) => families[family]?.(i) ?? '');
  for (const seed of [0, 1, 0xdeadbeef, 2 ** 32 - 1]) {
    const taken = new Set(ids.map((id) => hashOf(id, seed) & (places - 1))).size;
    // The number of places they would occupy by chance.
    const expected = places * (1 - (1 - 1 / places) ** count);
    expect(taken).toBeGreaterThan(0.98 * expected);
  }
});

it('depends on the seed', () => {
  expect(hashOf('a', 1)).not.toBe(hashOf('a', 2));
});

it('is never 0, which marks an empty place', () => {
  const hashes = Array.from({ length: 200 }, (_, seed) => hashOf('', seed));
  expect(hashes).not.toContain(0);
});

it('makes an id of many parts take little more than its characters', () => {
  expect(bytesEach((id) => hashOf(id, 1))).toBeLessThan(200);
  expect(bytesEach(() => undefined)).toBeGreaterThan(600);
});
