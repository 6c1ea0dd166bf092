import { describe, expect, it, vi } from 'vitest';
import { strayRejections } from '../../test/stray-rejections.ts';
import { settle } from '../../test/test-clock.ts';
import { testQueue } from '../../test/test-queue.ts';
import { defineJob } from '../job/define-job.ts';
import { createLoggingMiddleware } from '../middleware/logging-middleware.ts';
import type { Logger } from './logger.ts';

const work = defineJob({ name: 'work', handler: (payload: number) => payload });

/** Throws from every method. */
const broken = (fail: () => unknown): Logger =>
  ({ debug: fail, info: fail, warn: fail, error: fail }) as Logger;

const throwing = broken(() => {
  throw new Error('the disk is full');
});

describe('a logger that throws', () => {
  it('costs no slot and no enqueue, and the console has one line', async () => {
    const heard = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    try {
      const onBefore = (): never => {
        throw new Error('x');
      };
      const failing = defineJob({ name: 'failing', attempts: 1, handler: onBefore });
      const hooked = defineJob({ name: 'hooked', handler: () => 1, onFinally: onBefore });
      const { queue } = testQueue({ logger: throwing, jobs: [work, failing, hooked] });
      const queues = [queue, testQueueWithoutListener()];
      for (const each of queues) {
        await each.process();
        for (const job of ['failing', 'hooked', 'failing', 'hooked'] as const) {
          await each.enqueue(job, undefined as never);
        }
        const last = await each.enqueue('work', 7);
        await settle();
        expect(await each.getJob(last.id)).toMatchObject({ status: 'completed', result: 7 });
        expect(await each.getStats()).toMatchObject({ active: 0, waiting: 0, completed: 3 });
      }
      expect(heard).toHaveBeenCalledTimes(1);

      function testQueueWithoutListener() {
        const other = testQueue({ logger: throwing, jobs: [work, failing, hooked] });
        other.stopListening();
        return other.queue;
      }
    } finally {
      heard.mockRestore();
    }
  });

  it('that answers a promise which rejects ends no process', async () => {
    const heard = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    try {
      const rejecting = broken(async () => {
        throw new Error('the disk is full');
      });
      const stray = await strayRejections(async () => {
        const { queue } = testQueue({ logger: rejecting });
        queue.logger.warn('x');
      });
      expect(stray).toEqual([]);
    } finally {
      heard.mockRestore();
    }
  });

  it('in the logging middleware fails no attempt', async () => {
    const heard = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    try {
      const { queue } = testQueue({ middleware: createLoggingMiddleware(throwing) });
      await queue.process();
      const { id } = await queue.enqueue(work, 7);
      await settle();
      expect(await queue.getJob(id)).toMatchObject({ status: 'completed', attemptsMade: 1 });
    } finally {
      heard.mockRestore();
    }
  });

  it('keeps the receiver of a logger that is a class', () => {
    class Lines {
      readonly lines: string[] = [];
      debug(line: string): void {
        this.lines.push(line);
      }
      info = this.debug;
      warn = this.debug;
      error = this.debug;
    }
    const logger = new Lines();
    const { queue } = testQueue({ logger });
    const { warn } = queue.logger;
    warn('one');
    queue.logger.info('two');
    expect(logger.lines).toEqual(['one', 'two']);
  });
});
