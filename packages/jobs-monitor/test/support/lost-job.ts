import { defineJob, type IQueue } from '@philjs/jobs-core';
import { createMemoryStore, createQueue } from '@philjs/jobs-memory';
import { createTestClock, type TestClock } from '@philjs/jobs-testkit';
import { onTestFinished } from 'vitest';
import { keptLogger, START } from './system.ts';

/** A queue, and one of its jobs whose worker is dead. */
export interface LostJob {
  readonly clock: TestClock;
  readonly queue: IQueue;
  readonly id: string;
}

/** Kills the worker of a job, and waits until 12 seconds after its lease. */
export async function loseJob(): Promise<LostJob> {
  const clock = createTestClock(START);
  const store = createMemoryStore();
  const stuck = defineJob({ name: 'stuck', handler: () => new Promise(() => undefined) });
  const make = (): IQueue =>
    createQueue({ name: 'emails', jobs: [stuck], clock, store, logger: keptLogger() });
  const [queue, dying] = [make(), make()];
  await dying.process();
  const { id } = await queue.enqueue(stuck, undefined);
  await clock.advance(1_000);
  await dying.backend.close({ force: true });
  await clock.advance(42_000);
  onTestFinished(async () => {
    const closed = Promise.all([queue, dying].map((one) => one.close({ timeout: 0 })));
    await clock.advance(10_000);
    await closed;
  });
  return { clock, queue, id };
}
