import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { inOnePiece } from './in-one-piece.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** A string of 33 parts. */
function joined(n: number): string {
  let text = `${n}-`;
  for (let i = 0; i < 32; i++) text += String.fromCharCode(65 + ((n + i) % 26));
  return text;
}

function bytesEach(make: (n: number) => string): number {
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const kept = Array.from({ length: 5_000 }, (_, n) => make(n));
  collectGarbage();
  return (process.memoryUsage().heapUsed - before) / kept.length;
}

it('changes nothing of a string', () => {
  for (const text of ['', 'a', '\0', `\0${'x'.repeat(300)}`, 'ü😀\ud800']) {
    expect(inOnePiece(text)).toBe(text);
  }
});

it('makes a string of many parts take little more than its characters', () => {
  expect(bytesEach((n) => inOnePiece(joined(n)))).toBeLessThan(200);
  expect(bytesEach(joined)).toBeGreaterThan(600);
});
