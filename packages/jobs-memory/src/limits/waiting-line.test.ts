import type { JobLimits } from '@philjs/jobs-core';
import type { NewJob } from '@philjs/jobs-core/backend';
import { describe, expect, it, vi } from 'vitest';
import { newJob } from '../../test/support/new-job.ts';
import { JobKinds } from '../state/job-kind.ts';
import { StoredJob } from '../state/stored-job.ts';
import { WaitingLine } from '../state/waiting-line.ts';
import { JobLine } from './job-line.ts';
import { LimitGroup } from './limit-group.ts';
import { RateGate } from './rate-gate.ts';

/** Makes a waiting line, and a list of the jobs taken out of it. */
class Line {
  readonly line = new WaitingLine();
  readonly active = new Map<string, StoredJob>();
  readonly #kinds = new JobKinds();

  constructor(limits: { readonly [name: string]: JobLimits } = {}) {
    this.line.adopt(new Map(Object.entries(limits)), []);
  }

  add(id: string, name: string, more: Partial<NewJob> = {}): StoredJob {
    const job = newJob(id, { name, ...more });
    const stored = new StoredJob(job, this.#kinds.of(job));
    this.line.push(stored);
    return stored;
  }

  take(now = 0, limit = 100): string[] {
    const ids: string[] = [];
    while (ids.length < limit) {
      const job = this.line.take(now);
      if (job === undefined) break;
      job.processedAt = now;
      this.active.set(job.id, job);
      ids.push(job.id);
    }
    return ids;
  }

  end(id: string, started = true): StoredJob {
    const job = this.active.get(id)!;
    this.active.delete(id);
    this.line.ended(job, started);
    return job;
  }

  ids(order: 'newest' | 'oldest' = 'oldest'): string[] {
    return [...this.line.iterate(order)].map((job) => job.id);
  }
}

const rate = (max: number, per = 1000): JobLimits => ({ rate: { max, per } });

describe('a limit on concurrency', () => {
  it('keeps the jobs of its name, by turn, until one ends', () => {
    const line = new Line({ a: { concurrency: 2 } });
    for (const id of ['a1', 'a2', 'a3', 'a4']) line.add(id, 'a');
    line.add('b1', 'b');
    line.add('a5', 'a', { priority: 1 });
    expect(line.take()).toEqual(['a5', 'a1', 'b1']);
    line.end('a1');
    expect(line.take()).toEqual(['a2']);
    expect(line.ids()).toEqual(['a3', 'a4']);
  });

  it('counts each key apart, and those without a key not at all', () => {
    const line = new Line({ a: { concurrencyPerKey: 1 } });
    for (const [id, concurrencyKey] of ['x', 'x', 'y', 'x', 'y'].entries()) {
      line.add(`${concurrencyKey}${id}`, 'a', { concurrencyKey });
    }
    line.add('free1', 'a');
    line.add('free2', 'a');
    expect(line.take()).toEqual(['x0', 'y2', 'free1', 'free2']);
    line.end('x0');
    expect(line.take()).toEqual(['x1']);
    line.end('y2');
    line.end('x1');
    expect(line.take()).toEqual(['x3', 'y4']);
  });

  it('holds for the name and for each key at once', () => {
    const line = new Line({ a: { concurrency: 2, concurrencyPerKey: 1 } });
    for (const id of ['x1', 'x2', 'y1', 'z1']) line.add(id, 'a', { concurrencyKey: id[0]! });
    expect(line.take()).toEqual(['x1', 'y1']);
    line.end('y1');
    expect(line.take()).toEqual(['z1']);
    line.end('x1');
    expect(line.take()).toEqual(['x2']);
  });

  it('counts the jobs that were active before it became known', () => {
    const line = new Line();
    for (const id of ['a1', 'a2', 'a3']) line.add(id, 'a', { concurrencyKey: 'k' });
    expect(line.take(0, 1)).toEqual(['a1']);
    line.line.adopt(new Map([['a', { concurrencyPerKey: 1 }]]), line.active.values());
    expect(line.take()).toEqual([]);
    line.end('a1');
    expect(line.take()).toEqual(['a2']);
  });
});

describe('a limit on the rate', () => {
  it('allows a number of starts in any window, and says when the next one is', () => {
    const line = new Line({ a: rate(2) });
    for (const id of ['1', '2', '3', '4', '5']) line.add(id, 'a');
    expect([line.take(0, 1), line.take(600), line.line.nextAt]).toEqual([['1'], ['2'], 1000]);
    expect([line.take(999), line.take(1000), line.line.nextAt]).toEqual([[], ['3'], 1600]);
    expect(line.take(1600)).toEqual(['4']);
    expect(line.take(9000)).toEqual(['5']);
  });

  it('counts each key apart, and those without a key together', () => {
    const line = new Line({ a: rate(1) });
    for (const id of ['x1', 'x2', 'y1']) line.add(id, 'a', { rateKey: id[0]! });
    for (const id of ['1', '2']) line.add(id, 'a');
    expect(line.take(0)).toEqual(['x1', 'y1', '1']);
    expect(line.take(1000)).toEqual(['x2', '2']);
  });

  it('costs nothing of what is removed while it waits', () => {
    const line = new Line({ a: rate(1, 60_000) });
    const jobs = Array.from({ length: 100 }, (_, index) => line.add(`${index}`, 'a'));
    expect(line.take(0)).toEqual(['0']);
    for (const job of jobs.slice(1)) line.line.delete(job);
    line.add('last', 'a');
    expect(line.take(60_000)).toEqual(['last']);
  });

  it('gives the start of a job back that never ran, and keeps its place', () => {
    const line = new Line({ a: rate(1) });
    line.add('1', 'a');
    line.add('2', 'a');
    expect(line.take(0)).toEqual(['1']);
    line.line.pushBack(line.end('1', false));
    expect([line.ids(), line.take(1)]).toEqual([['1', '2'], ['1']]);
    expect([line.take(1000), line.take(1001)]).toEqual([[], ['2']]);
  });

  it('is not shut for ever by a clock that is set back', () => {
    const line = new Line({ a: rate(1) });
    for (const id of ['1', '2']) line.add(id, 'a');
    expect(line.take(1_000_000)).toEqual(['1']);
    expect([line.take(500), line.line.nextAt]).toEqual([[], 1500]);
  });

  it.each([{}, { rateKey: 'r' }, { concurrencyKey: 'c' }])(
    'is not held back for ever by a clock that is set back: %j',
    (keys) => {
      const line = new Line({ a: { concurrency: 5 } });
      line.add('1', 'a', keys);
      expect(line.take(1_000_000)).toEqual(['1']);
      line.line.limitsOf('a')!.holdBack(line.active.get('1')!, 1_001_000);
      line.add('2', 'a', keys);
      expect([line.take(1_000_000), line.take(500)]).toEqual([[], []]);
      expect([line.line.nextAt, line.take(1499), line.take(1500)]).toEqual([1500, [], ['2']]);
    },
  );

  it('forgets the keys of windows that are over', () => {
    const line = new Line({ a: rate(1) });
    for (let id = 0; id < 50; id++) line.add(`${id}`, 'a', { rateKey: `${id}` });
    const gates = (): number => line.line.limitsOf('a')!.keys.keyCount;
    expect([line.take(0).length, gates()]).toEqual([50, 50]);
    line.take(999);
    expect(gates()).toBe(50);
    line.take(1000);
    expect(gates()).toBe(0);
  });
});

describe('a limit that changes', () => {
  it('holds at once, for jobs that wait already', () => {
    const line = new Line({ a: { concurrency: 1 } });
    for (const id of ['1', '2', '3', '4', '5', '6']) line.add(id, 'a');
    expect(line.take()).toEqual(['1']);
    const limits = line.line.limitsOf('a')!;
    limits.change(() => {
      limits.override = { concurrency: 3 };
    });
    expect(line.take()).toEqual(['2', '3']);
    limits.change(() => {
      limits.override = { concurrency: 2, rate: { max: 1, per: 100 } };
    });
    line.end('1');
    expect(line.take(10)).toEqual([]);
    line.end('2');
    expect([line.take(10), line.take(100)]).toEqual([['4'], []]);
    limits.change(() => {
      limits.override = undefined;
    });
    line.end('3');
    line.end('4');
    expect(line.take(100)).toEqual(['5']);
    limits.change(() => {
      limits.override = { concurrency: null };
    });
    expect(line.take(100)).toEqual(['6']);
  });

  it('counts the starts of before', () => {
    const line = new Line({ a: rate(3) });
    for (const id of ['1', '2', '3', '4', '5']) line.add(id, 'a');
    expect(line.take(0)).toEqual(['1', '2', '3']);
    const limits = line.line.limitsOf('a')!;
    limits.change(() => {
      limits.override = { rate: { max: 1, per: 2000 } };
    });
    expect([line.take(1000), line.take(2000), line.take(3999)]).toEqual([[], ['4'], []]);
  });

  it('stops a name that is paused, without limits too', () => {
    const line = new Line();
    line.add('a1', 'a');
    line.add('b1', 'b');
    const limits = line.line.openLimits('a', []);
    limits.change(() => {
      limits.paused = true;
    });
    line.add('a2', 'a');
    expect([line.take(), line.ids()]).toEqual([['b1'], ['a1', 'a2']]);
    limits.change(() => {
      limits.paused = false;
    });
    expect(line.take()).toEqual(['a1', 'a2']);
  });
});

describe('a line that is held back', () => {
  it.each([
    [
      { rateKey: 'k', concurrencyKey: 'c' },
      { rateKey: 'k', concurrencyKey: 'd' },
    ],
    [{ concurrencyKey: 'c' }, { concurrencyKey: 'c' }],
    [{}, {}],
  ])('with the keys %j starts nothing like %j before its time', (keys, others) => {
    const line = new Line({ a: { concurrencyPerKey: 5, rate: { max: 5, per: 1 } } });
    line.add('1', 'a', keys);
    expect(line.take(0)).toEqual(['1']);
    const limits = line.line.limitsOf('a')!;
    limits.holdBack(line.active.get('1')!, 500);
    line.end('1');
    line.add('2', 'a', others);
    line.add('x', 'a', { rateKey: 'x', concurrencyKey: 'x' });
    const isAlone = Object.keys(keys).length === 0;
    expect([line.take(10), line.take(499)]).toEqual(isAlone ? [[], []] : [['x'], []]);
    expect(line.line.nextAt).toBe(500);
    expect(line.take(500)).toEqual(isAlone ? ['2', 'x'] : ['2']);
  });
});

describe('limits among one another', () => {
  it('let the best job start of all that may', () => {
    const line = new Line({ a: rate(1), b: { concurrency: 1 }, c: { concurrencyPerKey: 1 } });
    line.add('a1', 'a', { priority: 5 });
    line.add('a2', 'a', { priority: 5 });
    line.add('b1', 'b', { priority: 3 });
    line.add('plain', 'p', { priority: 2 });
    line.add('c1', 'c', { priority: 2, concurrencyKey: 'k' });
    line.add('c2', 'c', { priority: 9, concurrencyKey: 'k' });
    line.add('b2', 'b', { priority: 4 });
    expect(line.take(0)).toEqual(['c2', 'a1', 'b2', 'plain']);
    expect(line.ids()).toEqual(['a2', 'b1', 'c1']);
    expect(line.ids('newest')).toEqual(['c1', 'b1', 'a2']);
    line.end('b2');
    line.end('c2');
    expect(line.take(1000)).toEqual(['a2', 'b1', 'c1']);
    expect(line.line.size).toBe(0);
  });

  it('costs a start the same, however many jobs and keys wait', () => {
    const looked = [JobLine, RateGate, LimitGroup].map(({ prototype }) =>
      vi.spyOn(prototype, 'head'),
    );
    const looksFor = (count: number): number => {
      const all = { concurrency: 10, concurrencyPerKey: 1, rate: { max: 1, per: 9 } };
      const line = new Line({ a: all });
      for (let id = 0; id < count; id++) {
        const key = `${id % (count / 10)}`;
        line.add(`${id}`, 'a', { concurrencyKey: key, rateKey: key });
        if (id % 10 === 0) line.add(`p${id}`, 'plain');
      }
      for (const each of looked) each.mockClear();
      let starts = 0;
      for (let now = 0; now < 1000; now++) {
        for (const id of line.take(now, 12)) {
          line.end(id);
          starts += 1;
        }
      }
      return looked.reduce((sum, each) => sum + each.mock.calls.length, 0) / starts;
    };
    const [few, many] = [looksFor(2000), looksFor(50_000)];
    for (const each of looked) each.mockRestore();
    expect(few).toBeGreaterThan(1);
    expect(many).toBeLessThan(2 * few);
  });
});
