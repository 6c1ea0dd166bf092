import { setTimeout as sleep } from 'node:timers/promises';
import type { IQueue } from '@philjs/jobs-core';
import { expect, onTestFinished, test } from 'vitest';
import { WorkerProcesses } from '../worker-processes/worker-processes.ts';
import { describeLargestCalls } from './describe-largest-calls.ts';
import { type LargestQueueOptions, runAll, timed } from './largest-queue.ts';
import { largestShapes, type ShapeName, work } from './largest-shapes.ts';

const SHAPES = Object.keys(largestShapes) as ShapeName[];
const KILLS = 3;

/** Describes the store of the tests of the largest calls. */
export interface LargestSuiteOptions {
  /** Makes a queue in the store. */
  readonly createQueue: (options: LargestQueueOptions) => IQueue;
  /** A program that calls `produceShape` with the last three of its arguments; none where jobs end with their process. */
  readonly producer?: { readonly program: string; readonly args: readonly string[] };
}

/** Registers with vitest tests of each call at the largest input that the documents allow; prints the times. */
export function describeLargest(
  store: string,
  { createQueue, producer }: LargestSuiteOptions,
): void {
  const open = (options: Partial<LargestQueueOptions> & { readonly name: string }): IQueue => {
    const queue = createQueue({ jobs: [work], concurrency: 50, ...options });
    onTestFinished(() => queue.close());
    return queue;
  };

  test.each(SHAPES)(`${store}: %s, also where the call is repeated`, async (shape) => {
    const queue = open({ name: shape });
    const { items, ready } = largestShapes[shape]('flow');
    await timed(`${store}: ${shape}, added`, () => queue.enqueueMany(items));
    await timed(`${store}: ${shape}, added again`, () => queue.enqueueMany(items));
    const blocked = items.length - ready;
    expect(await queue.getStats()).toMatchObject({ waiting: ready, blocked, total: items.length });
    await timed(`${store}: ${shape}, run`, () => runAll(queue));
    expect(await queue.getStats()).toMatchObject({ completed: items.length, total: items.length });
  });

  if (producer !== undefined) {
    test.each(SHAPES)(`${store}: %s, added again after its producer was killed`, async (shape) => {
      const processes = new WorkerProcesses(producer.program);
      onTestFinished(() => processes.end());
      const queue = open({ name: `killed ${shape}` });
      const started = performance.now();
      const all = (await queue.enqueueMany(largestShapes[shape]('first').items)).length;
      const usual = performance.now() - started;
      const found: number[] = [];
      for (let kill = 1; kill <= KILLS; kill++) {
        const name = `flow-${kill}`;
        const process = await processes.startReady(...producer.args, queue.name, shape, name);
        await sleep((usual * kill) / (KILLS + 1));
        await processes.kill(process);
        found.push((await queue.getStats()).total - kill * all);
        await queue.enqueueMany(largestShapes[shape](name).items);
        expect(await queue.getStats()).toMatchObject({ total: (kill + 1) * all });
      }
      process.stdout.write(`${store}: ${shape}, found after kills: ${found.join(', ')}\n`);
      await runAll(queue);
      const total = (KILLS + 1) * all;
      expect(await queue.getStats()).toMatchObject({ completed: total, total });
    });
  }

  describeLargestCalls(store, open);
}
