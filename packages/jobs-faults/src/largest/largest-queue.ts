import type { IQueue, JobDefinition } from '@philjs/jobs-core';
import { expect } from 'vitest';

/** Configures a queue of the tests. */
export interface LargestQueueOptions {
  /** Its name, of no other queue in the store. */
  readonly name: string;
  readonly jobs: readonly JobDefinition[];
  readonly concurrency: number;
  readonly deadLetter?: string;
}

/** Runs what there is until nothing waits. */
export async function runAll(queue: IQueue): Promise<void> {
  await queue.process();
  await expect
    .poll(() => queue.getStats(), { interval: 100, timeout: 600_000 })
    .toMatchObject({ waiting: 0, blocked: 0, active: 0, delayed: 0 });
  await queue.stop();
}

/** Prints how long a call took. */
export async function timed<T>(what: string, call: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const answer = await call();
  process.stdout.write(`${what}: ${Math.round(performance.now() - start)} ms\n`);
  return answer;
}
