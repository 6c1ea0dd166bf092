import { hostname } from 'node:os';
import { describe, expect } from 'vitest';
import type { BedKind, TestBed } from '../support/test-bed.ts';
import { withBed } from '../support/with-bed.ts';
import { MINUTE, minuteOf, T0 } from '../support/work.ts';

const everyMinute = { cron: '* * * * *', payload: undefined } as const;
const process_ = `${hostname()}:${process.pid}`;

/** Notes the `tick` events of a queue as `minute status why`. */
function listen(bed: TestBed): string[] {
  const heard: string[] = [];
  bed.queue.on('tick', ({ tick: { tickAt, detail } }) => {
    const why = detail['cause'] ?? detail['reason'] ?? '';
    heard.push(`${minuteOf(tickAt)} ${detail['status']} ${why}`.trim());
  });
  return heard;
}

/** The ledger of ticks, and the events about it. */
export function ledger(kind: BedKind): void {
  const test = withBed(kind);

  describe('the ledger', () => {
    test('says of a tick when it was planned and fired, by whom, and how its job ended', async (bed) => {
      bed.work.mode = 'fail';
      await bed.scheduler.schedule(bed.work.job, everyMinute);
      await bed.advance(MINUTE);
      await bed.idle();
      const [run] = await bed.scheduler.getJobHistory('work');
      const job = await bed.queue.getJob('schedule:work:2025-01-01T00:01:00.000Z');
      expect(run).toEqual({
        id: 'work:2025-01-01T00:01:00.000Z',
        scheduledJobId: 'work',
        scheduledAt: new Date(T0 + MINUTE),
        firedAt: new Date(T0 + MINUTE),
        latenessMs: 0,
        process: process_,
        status: 'failed',
        cause: 'tick',
        jobId: job?.id,
        startedAt: job?.processedAt,
        finishedAt: job?.finishedAt,
        error: 'Error: no luck',
      });
    });

    test('says of a tick that was skipped why, and by whom', async (bed) => {
      bed.work.mode = 'hold';
      await bed.scheduler.schedule(bed.work.job, { ...everyMinute, overlap: 'skip' });
      await bed.advance(2 * MINUTE);
      const [skipped, running] = await bed.scheduler.getJobHistory('work');
      expect(skipped).toEqual({
        id: 'work:2025-01-01T00:02:00.000Z',
        scheduledJobId: 'work',
        scheduledAt: new Date(T0 + 2 * MINUTE),
        process: process_,
        status: 'skipped',
        reason: 'overlap',
      });
      await bed.started(1);
      expect(running?.scheduledAt).toEqual(new Date(T0 + MINUTE));
    });

    test('comes with an event for each tick, whatever became of it', async (bed) => {
      const heard = listen(bed);
      bed.work.mode = 'hold';
      await bed.scheduler.schedule(bed.work.job, { ...everyMinute, overlap: 'buffer' });
      await bed.advance(3 * MINUTE);
      await bed.started(1);
      bed.work.mode = 'pass';
      bed.work.release();
      await bed.started(1, 2);
      await bed.idle();
      await bed.scheduler.stop();
      await bed.advance(2 * MINUTE);
      await bed.scheduler.start();
      await bed.started(1, 2, 5);
      await bed.idle();
      await bed.scheduler.pause('work');
      await bed.advance(MINUTE);
      await bed.scheduler.resume('work');
      await bed.scheduler.trigger('work');
      await bed.idle();
      expect(heard).toEqual([
        '1 fired tick',
        '2 buffered',
        '3 skipped overlap',
        '2 fired buffer',
        '4 skipped catch-up',
        '5 fired catch-up',
        '6 skipped paused',
        expect.stringMatching(/^6\.0+\d* fired trigger$/),
      ]);
    });
  });
}
