import { defineJob, type JobContext } from '@philjs/jobs-core';
import { describe, expect } from 'vitest';
import type { Overlap, Scheduler } from '../../src/index.ts';
import type { BedKind, TestBed } from '../support/test-bed.ts';
import { withBed } from '../support/with-bed.ts';
import { MINUTE, minuteOf } from '../support/work.ts';

/** A schedule each minute, whose job adds a child that adds one in turn and waits for it. */
class Growth {
  readonly scheduler: Scheduler;
  /** The ticks whose innermost child runs, or ran. */
  readonly started: number[] = [];
  /** The ticks that ended, after their children. */
  readonly ended: number[] = [];
  holds = true;
  readonly #held: (() => void)[] = [];
  readonly #bed: TestBed;

  constructor(bed: TestBed) {
    this.#bed = bed;
    const inner = defineJob({
      name: 'inner',
      attempts: 1,
      handler: (minute: number, { signal }) => this.#hold(minute, signal),
    });
    const outer = defineJob({
      name: 'outer',
      attempts: 1,
      handler: async (minute: number, ctx): Promise<unknown> =>
        (await ctx.childResults()).size > 0 || ctx.addChildren([{ job: inner, payload: minute }]),
    });
    const root = defineJob({
      name: 'root',
      attempts: 1,
      handler: async (_: undefined, ctx: JobContext): Promise<unknown> => {
        const minute = minuteOf(String(ctx.metadata['tick']));
        if ((await ctx.childResults()).size === 0) {
          return ctx.addChildren([{ job: outer, payload: minute }]);
        }
        return this.ended.push(minute);
      },
    });
    const queue = bed.newQueue([{ job: inner }, { job: outer }, { job: root }] as never);
    this.scheduler = bed.newScheduler(queue);
    this.start = async (overlap) => {
      await queue.process();
      await this.scheduler.schedule(root, { cron: '* * * * *', overlap });
      await this.scheduler.start();
    };
  }

  /** Starts worker and scheduler. */
  readonly start: (overlap: Overlap) => Promise<void>;

  /** Lets the children end that were held. */
  release(): void {
    this.holds = false;
    for (const release of this.#held.splice(0)) release();
  }

  /** Reads the ledger as one line a tick, earliest first. */
  ledger(): Promise<string[]> {
    return this.#bed.ledger('root');
  }

  /** Waits until the ledger has a line. */
  until(line: string): Promise<void> {
    return this.#bed.until(`the ledger says: ${line}`, async () =>
      (await this.ledger()).includes(line),
    );
  }

  async #hold(minute: number, signal: AbortSignal): Promise<void> {
    this.started.push(minute);
    if (!this.holds) return;
    await new Promise<void>((resolve, reject) => {
      this.#held.push(resolve);
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  }
}

/** Runs that are over when the children that their handlers added are. */
export function growingRuns(kind: BedKind): void {
  const onBed = withBed(kind);
  const test = (
    title: string,
    { overlap }: { readonly overlap: Overlap },
    run: (bed: TestBed, growth: Growth) => Promise<void>,
  ): void => {
    onBed(
      title,
      async (bed) => {
        const growth = new Growth(bed);
        try {
          await growth.start(overlap);
          await bed.advance(MINUTE);
          await bed.until('its children run', () => growth.started.length === 1);
          await run(bed, growth);
        } finally {
          growth.release();
        }
      },
      { started: false },
    );
  };

  describe('a run that waits for children', () => {
    test('runs until they have ended', { overlap: 'skip' }, async (bed, growth) => {
      await bed.advance(MINUTE);
      expect(await growth.ledger()).toEqual(['1 running tick', '2 skipped overlap']);
      growth.release();
      await growth.until('1 completed tick');
      await bed.advance(MINUTE);
      await growth.until('3 completed tick');
      expect(growth.ended).toEqual([1, 3]);
    });

    test('lets a tick wait until they have ended', { overlap: 'buffer' }, async (bed, growth) => {
      await bed.advance(MINUTE);
      expect(await growth.ledger()).toEqual(['1 running tick', '2 buffered']);
      expect(growth.started).toEqual([1]);
      growth.release();
      await growth.until('2 completed buffer');
      expect(growth.ended).toEqual([1, 2]);
    });

    test('is cancelled with them, and with theirs', { overlap: 'cancel' }, async (bed, growth) => {
      growth.holds = false;
      await bed.advance(MINUTE);
      await growth.until('2 completed buffer');
      expect(growth.ended).toEqual([2]);
      expect(await growth.ledger()).toEqual(['1 cancelled tick', '2 completed buffer']);
      await bed.until('all of the first are cancelled', async () => {
        const { jobs } = await growth.scheduler.queue.getJobs({ status: 'cancelled' });
        return (
          jobs
            .map(({ name }) => name)
            .sort()
            .join() === 'inner,outer,root'
        );
      });
    });
  });
}
