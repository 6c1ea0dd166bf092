import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { deadLetters, defineJob, type IQueue } from '@philjs/jobs-core';
import { expect, onTestFinished, test } from 'vitest';
import { WorkerProcesses } from './worker-processes/worker-processes.ts';

const JOBS = 5000;
const AT_ONCE = 1000;
/** The most jobs that fail while a worker lives, about. */
const MOST_A_LIFE = 600;

/** Describes the store and the workers of a test of dead letters. */
export interface DeadLettersSuiteOptions {
  /** Makes a queue in the store. */
  readonly createQueue: (name: string) => IQueue;
  /**
   * A program whose jobs, of the name `fail` in the queue `failing`, all fail for good, with `dead` as their dead letter queue.
   * It prints a line once it works.
   */
  readonly program: string;
  /** The arguments of the program. */
  readonly args: readonly string[];
}

/** Registers with vitest a test in which workers are killed again and again while jobs fail: no dead letter is lost. */
export function describeDeadLetters(name: string, options: DeadLettersSuiteOptions): void {
  test(`${name}: a worker that is killed between failing and storing loses no dead letter`, async () => {
    const { createQueue, program, args } = options;
    const processes = new WorkerProcesses(program);
    const queue = createQueue('failing');
    const dead = createQueue('dead');
    onTestFinished(async () => {
      await processes.end();
      await Promise.all([queue.close(), dead.close()]);
    });
    const job = defineJob({ name: 'fail', attempts: 1, handler: () => null });
    let enqueued = 0;
    let kills = -1;
    let worker: ChildProcess | undefined;
    while ((await queue.getStats()).failed < JOBS) {
      if (worker !== undefined) await processes.kill(worker);
      kills += 1;
      worker = await processes.startReady(...args);
      // A few for each worker: none is done with all of them before this process looks again, however busy the machine is.
      if (enqueued < JOBS) {
        const items = Array.from({ length: AT_ONCE }, () => ({ job, payload: enqueued++ }));
        await queue.enqueueMany(items);
      }
      // Kills after that many more failures, in the middle of others, however slow the machine is.
      const enough = (await queue.getStats()).failed + MOST_A_LIFE * Math.random();
      while ((await queue.getStats()).failed < Math.min(enqueued, enough)) await sleep(5);
    }
    const letters = await deadLetters(dead).list();
    const of = new Set(letters.map(({ jobId }) => jobId));
    process.stdout.write(
      `${JSON.stringify({ jobs: JOBS, kills, letters: letters.length, of: of.size })}\n`,
    );
    expect(kills).toBeGreaterThanOrEqual(JOBS / AT_ONCE - 1);
    expect([letters.length, of.size]).toEqual([JOBS, JOBS]);
    expect(await dead.groups()).toMatchObject([{ name: 'fail', count: JOBS }]);
  }, 900_000);
}
