import { expect, test } from 'vitest';
import { TestClock } from '../../test/test-clock.ts';
import type { Unplaced } from '../contract/diagnostics.ts';
import { PlaceKeeper } from './place-keeper.ts';

const MINUTE = 60_000;

/** Keeps the places of a store of as many parts as are given, each with as many jobs that would never run. */
function trial(...parts: number[]) {
  const clock = new TestClock();
  const looked: (string | undefined)[] = [];
  const told: string[] = [];
  const next: { error?: Error } = {};
  const findUnplaced = async ({ cursor }: { cursor?: string }): Promise<Unplaced> => {
    looked.push(cursor);
    if (next.error !== undefined) throw next.error;
    const part = Number(cursor ?? 0);
    const isLast = part + 1 >= parts.length;
    const answer = { found: parts[part] ?? 0, looked: 1, total: parts.length };
    return isLast ? answer : { ...answer, cursor: String(part + 1) };
  };
  const logger = { debug() {}, info() {}, error() {}, warn: (text: string) => told.push(text) };
  const keeper = new PlaceKeeper({ clock, logger, queueName: 'mail', findUnplaced });
  return { clock, looked, told, next, keeper };
}

test('looks within a minute after the store is asked for jobs, and not while it is idle', async () => {
  const { clock, looked, keeper } = trial(0);
  await clock.advance(10 * MINUTE);
  expect(looked).toEqual([]);
  for (let call = 0; call < 5; call += 1) keeper.touch();
  await clock.advance(10 * MINUTE);
  expect(looked).toHaveLength(1);
  keeper.touch();
  await clock.advance(MINUTE);
  expect(looked).toHaveLength(2);
});

test('goes on where the last look ended, and begins again at the end', async () => {
  const { clock, looked, keeper } = trial(...Array(14).fill(0));
  for (let look = 0; look < 2; look += 1) {
    keeper.touch();
    await clock.advance(MINUTE);
  }
  const parts = [undefined, ...Array.from({ length: 13 }, (_, part) => String(part + 1))];
  expect(looked).toEqual(parts);
  keeper.touch();
  await clock.advance(MINUTE);
  expect(looked.at(14)).toBeUndefined();
});

test('says how many jobs it found', async () => {
  const { clock, told, keeper } = trial(2, 0, 3);
  keeper.touch();
  await clock.advance(MINUTE);
  expect(told).toEqual([expect.stringMatching(/jobs of mail .*: 5$/)]);
});

test('warns of a store that does not answer, and looks again where it was', async () => {
  const { clock, looked, told, next, keeper } = trial(...Array(12).fill(0));
  keeper.touch();
  await clock.advance(MINUTE);
  next.error = new Error('away');
  keeper.touch();
  await clock.advance(MINUTE);
  expect(told).toHaveLength(1);
  delete next.error;
  keeper.touch();
  await clock.advance(MINUTE);
  expect(looked.slice(10)).toEqual(['10', '10', '11']);
});

test('looks at nothing once it has ended', async () => {
  const { clock, looked, keeper } = trial(0);
  keeper.touch();
  keeper.end();
  keeper.touch();
  await clock.advance(10 * MINUTE);
  expect(looked).toEqual([]);
  expect(clock.pending).toBe(0);
});
