import { describe, expect, it } from 'vitest';
import type { JobRecord } from '../contract/job-record.ts';
import type { JobOrder, JobPlace } from '../contract/order-store.ts';
import { describePlace } from './describe-place.ts';

const sentence = (place: JobPlace, order?: JobOrder, priority = 0): string =>
  describePlace(place, { priority, runAt: 0, order } as JobRecord);

describe('the place of a waiting job', () => {
  it('is its number in line, up to a bound', () => {
    const order = { policy: 'fifo' } as const;
    expect(sentence({ order, ahead: 0 })).toContain('number 1 in line');
    expect(sentence({ order, ahead: 1000 })).toContain('at least 1000');
  });

  it('is a turn of its key in a fair order, with the starts that come before it at most', () => {
    const order = { policy: 'fair' } as const;
    const fair = (ahead: number, otherKeys: number): string =>
      sentence({ order, ahead, otherKeys }, { fairKey: 'acme' });
    expect(fair(2, 4)).toMatch(/number 3 of key `acme`.* 4 other keys .* at most 12/);
    expect(fair(0, 1)).toMatch(/one other key .* at most 1/);
    expect(fair(0, 0)).toContain('no other key');
    expect(fair(0, 1000)).toMatch(/at least 1000 other keys of its priority\.$/);
    expect(sentence({ order, ahead: 0 })).toContain('jobs without a key');
  });

  it('comes from its age in an ageing order', () => {
    const place = { order: { policy: 'ageing', agePerPriority: 30_000 }, ahead: 1 } as const;
    expect(sentence(place, undefined, 2)).toContain('60 s earlier');
    expect(sentence(place, undefined, -1)).toContain('30 s later');
    expect(sentence(place)).toContain('arrival');
  });

  it('comes from its deadline in an order by deadline', () => {
    const place = { order: { policy: 'deadline' }, ahead: 1 } as const;
    expect(sentence(place, { deadlineAt: 0 })).toContain('1970-01-01T00:00:00.000Z');
    expect(sentence(place)).toContain('no deadline');
  });
});
