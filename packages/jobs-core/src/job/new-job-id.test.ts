import { expect, it } from 'vitest';
import { newJobId } from './new-job-id.ts';

it('makes ids of 32 hexadecimal digits, no two alike', () => {
  const ids = Array.from({ length: 10_000 }, newJobId);
  expect(new Set(ids).size).toBe(10_000);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
});

it('draws all bits behind the time and the place at random', () => {
  const ids = Array.from({ length: 2_000 }, () => BigInt(`0x${newJobId()}`));
  for (let bit = 0n; bit < 72n; bit++) {
    const ones = ids.filter((id) => (id >> bit) & 1n).length;
    // Nine standard deviations: practically never by chance.
    expect(Math.abs(ones - 1_000)).toBeLessThan(200);
  }
});

it('begins them with the time of a draw, so that later ones sort behind', () => {
  const timeOf = (id: string): number => Number.parseInt(id.slice(0, 12), 16);
  // More than two draws.
  const times = Array.from({ length: 600 }, () => timeOf(newJobId()));
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(times.at(-1)).toBeLessThanOrEqual(Date.now());
  expect(times.at(-1)).toBeGreaterThan(Date.now() - 60_000);
});

it('lets the ids of one draw ascend, so that jobs added together are neighbours in an index', () => {
  const ids = Array.from({ length: 2_560 }, newJobId);
  const falls = ids.filter((id, index) => index > 0 && id < (ids[index - 1] as string)).length;
  // Draws of 256 may begin in one millisecond.
  expect(falls).toBeLessThanOrEqual(10);
});
