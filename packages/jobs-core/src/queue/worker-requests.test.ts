import { describe, expect, it } from 'vitest';
import { rejectionOf } from '../../test/code-of.ts';
import { settle } from '../../test/test-clock.ts';
import { type TestQueue, testQueue } from '../../test/test-queue.ts';
import { abortableDelay } from '../clock/abortable-delay.ts';
import type { WorkerRequest } from '../contract/worker-info.ts';
import { defineJob } from '../job/define-job.ts';

type AnyQueue = TestQueue<never>['queue'];

const endless = defineJob({ name: 'endless', handler: () => new Promise<void>(() => undefined) });

/** Asks the only worker of a queue. */
async function ask(queue: AnyQueue, request: WorkerRequest): Promise<void> {
  const [worker] = await queue.getWorkers();
  await queue.askWorker(worker?.id ?? '', request);
}

/** A worker with one active job, and the requests that have ended it. */
async function working(ms: number) {
  const job = defineJob({
    name: 'slow',
    handler: (_: undefined, { signal }) => abortableDelay(clock, ms, signal),
  });
  const { queue, clock, errors } = testQueue();
  const ended: WorkerRequest[] = [];
  const { id } = await queue.enqueue(job);
  await queue.process({ onEnded: (request) => ended.push(request) });
  await settle();
  return { queue: queue as AnyQueue, clock, errors, ended, id };
}

describe('a worker that an operator asked', () => {
  it('to be quiet takes no new job, and says that it ended once its active one has', async () => {
    const { queue, clock, ended, id } = await working(90_000);
    await ask(queue, 'quiet');
    const next = await queue.enqueue(endless);
    await clock.advance(89_000);
    expect(ended).toEqual([]);
    await clock.advance(2000);
    expect(ended).toEqual(['quiet']);
    expect((await queue.getJob(id))?.status).toBe('completed');
    expect((await queue.getJob(next.id))?.status).toBe('waiting');
  });

  it('to stop gives its jobs back after 30 seconds, and says that it ended', async () => {
    const { queue, clock, ended, id } = await working(3_600_000);
    await ask(queue, 'stop');
    await clock.advance(29_000);
    expect(ended).toEqual([]);
    await clock.advance(6000);
    expect(ended).toEqual(['stop']);
    expect((await queue.getJob(id))?.status).toBe('waiting');
  });

  it('to be quiet and then to stop ends once, by the later request', async () => {
    const { queue, clock, ended } = await working(3_600_000);
    await ask(queue, 'quiet');
    await clock.advance(100_000);
    await ask(queue, 'stop');
    await clock.advance(40_000);
    expect(ended).toEqual(['stop']);
  });

  it('says nothing of an end that its own process requested', async () => {
    const { queue, clock, ended } = await working(10);
    await clock.advance(20);
    await queue.stop();
    await queue.close();
    expect(ended).toEqual([]);
  });

  it('reports what `onEnded` throws', async () => {
    const { queue, errors } = testQueue();
    await queue.process({
      onEnded: () => {
        throw new Error('the caller fails');
      },
    });
    await ask(queue as AnyQueue, 'stop');
    await settle();
    expect(errors).toMatchObject([{ message: 'the caller fails' }]);
  });
});

it('processing refuses an `onEnded` that is no function', async () => {
  const { queue } = testQueue();
  const refused = await rejectionOf(queue.process({ onEnded: 'exit' as never }));
  expect(refused?.field).toBe('onEnded');
});
