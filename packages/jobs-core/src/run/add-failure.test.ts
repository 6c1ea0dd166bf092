import { expect, it } from 'vitest';
import type { AttemptFailure } from '../contract/attempt-failure.ts';
import { addFailure } from './add-failure.ts';

const failure = (attempt: number, stack = `at ${attempt}`): AttemptFailure => ({
  attempt,
  startedAt: attempt * 100,
  failedAt: attempt * 100 + 5,
  error: { name: 'Error', message: `attempt ${attempt}`, stack },
});

function failuresOf(attempts: number): readonly AttemptFailure[] {
  let all: readonly AttemptFailure[] | undefined;
  for (let attempt = 1; attempt <= attempts; attempt++) all = addFailure(all, failure(attempt));
  return all ?? [];
}

it('lists failures oldest first, as they were', () => {
  expect(failuresOf(3)).toEqual([failure(1), failure(2), failure(3)]);
});

it('keeps the last 10', () => {
  expect(failuresOf(10).map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(failuresOf(25).map(({ attempt }) => attempt)).toEqual([
    16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
  ]);
});

it('keeps 2,000 characters of each stack, also of causes and parts', () => {
  const [long, whole] = ['x'.repeat(2001), 'y'.repeat(2000)];
  const part = { name: 'Error', message: 'part', stack: long };
  const cause = { name: 'Error', message: 'cause', stack: long };
  const error = { name: 'AggregateError', message: 'all', stack: whole, cause, errors: [part] };
  const [added] = addFailure(undefined, { ...failure(1), error });
  expect(added?.error).toEqual({
    ...error,
    cause: { ...cause, stack: `${'x'.repeat(2000)}…` },
    errors: [{ ...part, stack: `${'x'.repeat(2000)}…` }],
  });
  expect(error.cause.stack).toBe(long);
});

it('cuts a stack between two lines', () => {
  const lines = Array.from({ length: 200 }, (_, line) => `    at file.ts:${line}:1`);
  const [added] = addFailure(undefined, failure(1, lines.join('\n')));
  const kept = added?.error.stack ?? '';
  expect(kept.length).toBeLessThanOrEqual(2001);
  expect(kept.length).toBeGreaterThan(1900);
  expect(`${lines.join('\n')}\n`).toContain(`${kept.slice(0, -1)}\n`);
});

it('changes nothing of the list it was given', () => {
  const earlier = Object.freeze([failure(1)]);
  addFailure(earlier, failure(2));
  expect(earlier).toEqual([failure(1)]);
});

it('drops what is left of attempts that were given back', () => {
  expect(addFailure(failuresOf(3), failure(1, 'first'))).toEqual([failure(1, 'first')]);
});

it('keeps at most 128 KiB of JSON: the latest, and as many before it as fit', () => {
  const large = (attempt: number): AttemptFailure => {
    const cause = { name: 'Error', message: '✓'.repeat(10_000) };
    return { ...failure(attempt), error: { name: 'Error', message: 'x', cause } };
  };
  let all: readonly AttemptFailure[] | undefined;
  for (let attempt = 1; attempt <= 10; attempt++) all = addFailure(all, large(attempt));
  expect(Buffer.byteLength(JSON.stringify(all), 'utf8')).toBeLessThanOrEqual(131_072);
  expect(all?.map(({ attempt }) => attempt)).toEqual([7, 8, 9, 10]);
});
