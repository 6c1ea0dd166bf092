import type { IQueue, WorkflowGraph } from '@philjs/jobs-core';
import type { TestClock } from '@philjs/jobs-testkit';
import { expect, test } from 'vitest';
import { virtualSystem, withMethods } from '../../../test/support/system.ts';
import { WorkflowReadings } from './workflow-readings.ts';

interface Slow {
  readonly clock: TestClock;
  readonly queue: IQueue;
  readonly readings: WorkflowReadings;
  /** Returns how many workflows were read. */
  readonly count: () => number;
}

/** A queue with eleven jobs whose store takes some time to read a workflow, or fails. */
async function slow(ms: number, fails = false): Promise<Slow> {
  const { clock, queue, work } = virtualSystem();
  for (let id = 0; id < 11; id += 1) await queue.enqueue(work, {}, { jobId: `w-${id}` });
  let reads = 0;
  const workflow: IQueue['workflow'] = (job) => {
    const real = queue.workflow(job);
    const read = async (): Promise<WorkflowGraph> => {
      reads += 1;
      await new Promise<void>((resolve) => clock.setTimeout(resolve, ms));
      if (fails) throw new Error('away');
      return real.read();
    };
    return Object.assign(Object.create(real), { read });
  };
  const readings = new WorkflowReadings(clock);
  return { clock, queue: withMethods(queue, { workflow }), readings, count: () => reads };
}

test('a reading is shared while it is under way, and used for nineteen times as long as it took', async () => {
  const { clock, queue, readings, count } = await slow(100);
  const all = [readings.read(queue, 'w-0'), readings.read(queue, 'w-0')];
  await clock.advance(100);
  expect((await Promise.all(all)).map(({ id }) => id)).toEqual(['w-0', 'w-0']);
  await clock.advance(1899);
  await readings.read(queue, 'w-0');
  expect(count()).toBe(1);
  await clock.advance(1);
  void readings.read(queue, 'w-0');
  expect(count()).toBe(2);
});

test('after a change the next page reads again, also while a reading is under way', async () => {
  const { clock, queue, readings, count } = await slow(100);
  const first = readings.read(queue, 'w-0');
  readings.forget();
  const second = readings.read(queue, 'w-0');
  await clock.advance(100);
  await Promise.all([first, second]);
  expect(count()).toBe(2);
  readings.forget();
  void readings.read(queue, 'w-0');
  expect(count()).toBe(3);
});

test('a reading that failed is not used again', async () => {
  const { clock, queue, readings, count } = await slow(100, true);
  for (let call = 0; call < 2; call += 1) {
    const failed = expect(readings.read(queue, 'w-0')).rejects.toThrow('away');
    await clock.advance(100);
    await failed;
  }
  expect(count()).toBe(2);
});

test('the latest ten are kept', async () => {
  const { clock, queue, readings, count } = await slow(100);
  const all = Array.from({ length: 11 }, (_, id) => readings.read(queue, `w-${id}`));
  await clock.advance(100);
  await Promise.all(all);
  void readings.read(queue, 'w-10');
  expect(count()).toBe(11);
  void readings.read(queue, 'w-0');
  expect(count()).toBe(12);
});
