import { defineJob, RunEnded } from '@philjs/jobs-core';
import { createQueues } from '@philjs/jobs-memory';
import { beforeAll, expect, it, vi } from 'vitest';

/** The package over another copy of core than the queues have, as where two versions of core are installed. */
let other: typeof import('../src/index.ts');

beforeAll(async () => {
  vi.resetModules();
  other = await import('../src/index.ts');
  expect(other.RunEnded).not.toBe(RunEnded);
});

it('puts dead letters back into the queues that another copy of core made together', async () => {
  let isUp = false;
  const charge = defineJob({
    name: 'charge',
    queue: 'payments',
    attempts: 1,
    deadLetter: 'dead',
    handler: (order: number) => {
      if (!isUp) throw new Error('no bank');
      return order;
    },
  });
  const queues = createQueues({ payments: {}, dead: {} }, { jobs: [charge] });
  await queues.process({ queues: ['payments'] });
  await queues.waitFor(await queues.enqueue(charge, 7)).catch(() => undefined);
  isUp = true;
  const letters = other.deadLetters(queues.get('dead'));
  await expect.poll(async () => (await letters.list()).length).toBe(1);
  expect(await letters.redrive()).toMatchObject({ redriven: 1 });
  await queues.close();
});

it('counts queues of another copy of core in a monitor', async () => {
  const queues = createQueues({ payments: {}, dead: {} }, {});
  const overview = await new other.Monitor(queues.all).getOverview();
  expect([...overview.failures.keys()]).toEqual(['payments', 'dead']);
  await queues.close();
});
