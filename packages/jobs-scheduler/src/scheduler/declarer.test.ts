import { createQueue, defineJob } from '@philjs/jobs-core';
import { createMemoryStore, memoryBackend } from '@philjs/jobs-memory';
import { createTestClock } from '@philjs/jobs-testkit';
import { expect, it } from 'vitest';
import { Scheduler } from './scheduler.ts';

const job = defineJob({ name: 'job', handler: () => undefined });

it.each([
  ['x', 'the 2 that this process had declared are declared again'],
  ['z', 'of the 2 that this process had declared, 1 is declared again'],
])(
  'says after a loss how many schedules it declared again, where another is of %s',
  async (owner, text) => {
    const clock = createTestClock();
    const warnings: string[] = [];
    const nothing = (): void => undefined;
    const warn = (message: string): void => void warnings.push(message);
    const queue = createQueue({
      backend: memoryBackend({ store: createMemoryStore() }),
      clock,
      logger: { debug: nothing, info: nothing, warn, error: nothing },
    });
    const store = queue.backend.schedules!;
    const due = store.due.bind(store);
    let life = 'first';
    Object.assign(store, {
      due: async (params: Parameters<typeof due>[0]) => ({ ...(await due(params)), life }),
    });
    const scheduler = new Scheduler(queue);
    await scheduler.sync([{ job, id: 'taken', every: 60_000 }], { owner: 'x' });
    await scheduler.sync([{ job, id: 'owned', every: 60_000 }], { owner: 'y' });
    await scheduler.start();
    for (const id of ['taken', 'owned']) await store.remove({ id });
    await new Scheduler(queue).sync([{ job, id: 'taken', every: 60_000 }], { owner });
    life = 'second';
    await clock.advance(60_000);
    expect(warnings).toContainEqual(expect.stringContaining(text));
    await scheduler.stop();
    await queue.close();
  },
);
