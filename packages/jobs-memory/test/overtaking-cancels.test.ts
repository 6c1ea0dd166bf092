import { setImmediate as turn } from 'node:timers/promises';
import { type BackendFactory, createQueue, defineJob, type EnqueueItem } from '@philjs/jobs-core';
import { expect, test } from 'vitest';
import { memoryBackend } from '../src/memory-backend.ts';

/** A store to which the first call takes longer than those after it, as over another connection. */
const overtaken: BackendFactory = (context) => {
  const backend = memoryBackend()(context);
  const { cancel } = backend;
  let isFirst = true;
  return Object.assign(backend, {
    cancel: async (params: Parameters<typeof cancel>[0]) => {
      if (isFirst) {
        isFirst = false;
        for (let turns = 0; turns < 20; turns += 1) await turn();
      }
      return cancel.call(backend, params);
    },
  });
};

test('cancels in bulk a blocked job before the one it waits for, though calls overtake each other', async () => {
  const step = defineJob({ name: 'step', handler: () => undefined });
  const queue = createQueue({ jobs: [step], backend: overtaken });
  const items: EnqueueItem<typeof step>[] = [];
  for (let place = 0; place < 4; place += 1) {
    const options = place === 0 ? { delay: 86_400_000 } : { dependsOn: items.slice(-1) };
    items.push({ job: step, payload: undefined, options });
  }
  await queue.enqueueMany(items);
  await queue.process();
  expect(await queue.cancelJobs()).toBe(4);
  expect(await queue.getStats()).toMatchObject({ cancelled: 4, failed: 0 });
  await queue.close();
});
