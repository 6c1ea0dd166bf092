import { Temporal } from 'temporal-polyfill';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { testQueue } from '../../test/test-queue.ts';
import { defineJob } from '../job/define-job.ts';
import { checkTime } from './argument.ts';
import type { TimeValue } from './time-value.ts';

const ping = defineJob({ name: 'ping', handler: () => undefined });
const AT = Date.parse('2030-07-01T09:00:00Z');
const instant = Temporal.Instant.fromEpochMilliseconds(AT);
const inParis = instant.toZonedDateTimeISO('Europe/Paris');
const kinds: readonly [what: string, value: TimeValue][] = [
  ['an instant', instant],
  ['a time in a zone', inParis],
];

describe('of Temporal', () => {
  it.each(kinds)('%s is a time', (_, value) => {
    expect(checkTime('at', value)).toBe(AT);
  });

  it.each(kinds)('%s delays a job, and a change puts it off', async (_, value) => {
    const { queue } = testQueue({ jobs: [ping] });
    await queue.enqueue(ping, undefined, { jobId: 'a', runAt: value });
    expect((await queue.getJob('a'))?.runAt).toEqual(new Date(AT));
    const later = value === instant ? instant.add({ hours: 1 }) : inParis.add({ hours: 1 });
    await queue.updateJob('a', { runAt: later });
    expect((await queue.getJob('a'))?.runAt).toEqual(new Date(AT + 3_600_000));
  });

  it('times filter jobs, before and after', async () => {
    const { queue, clock } = testQueue({ jobs: [ping] });
    await queue.enqueue(ping, undefined, { jobId: 'a' });
    const now = Temporal.Instant.fromEpochMilliseconds(clock.now());
    const found = async (query: object): Promise<number> =>
      (await queue.getJobs(query)).jobs.length;
    expect(await found({ createdAfter: now.subtract({ seconds: 1 }) })).toBe(1);
    expect(await found({ createdAfter: now.add({ seconds: 1 }) })).toBe(0);
    expect(await found({ createdBefore: now.add({ seconds: 1 }).toZonedDateTimeISO('UTC') })).toBe(
      1,
    );
    expect(await found({ createdBefore: now })).toBe(0);
  });

  it('a time without a zone is refused, with what to do', () => {
    const plain = Temporal.PlainDateTime.from('2030-07-01T09:00');
    expectTypeOf(plain).not.toExtend<TimeValue>();
    expect(() => checkTime('at', plain)).toThrow(/toZonedDateTime/);
  });

  it.each([Number.NaN, 9e15, '5', 5n, undefined])(
    'epochMilliseconds of %s are refused',
    (value) => {
      expect(() => checkTime('at', { epochMilliseconds: value })).toThrow(
        expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' }),
      );
    },
  );
});
