import { createQueue, defineJob, type IQueue } from '@philjs/jobs-core';
import { createMemoryStore, memoryBackend } from '@philjs/jobs-memory';
import { createTestClock } from '@philjs/jobs-testkit';
import { expect, it } from 'vitest';
import { Scheduler } from './scheduler.ts';

const job = defineJob({ name: 'job', handler: () => undefined });

/** A store whose schedules a test may lose, and the warnings of its queues. */
class LosingStore {
  readonly clock = createTestClock();
  readonly warnings: string[] = [];
  readonly queue: IQueue;
  readonly #store = createMemoryStore();

  constructor() {
    this.queue = this.newQueue();
  }

  /** Makes another queue of the store, as another process would. */
  newQueue(): IQueue {
    const nothing = (): void => undefined;
    const warn = (message: string): void => void this.warnings.push(message);
    return createQueue({
      backend: memoryBackend({ store: this.#store }),
      clock: this.clock,
      logger: { debug: nothing, info: nothing, warn, error: nothing },
    });
  }

  /** Makes a scheduler that notices when the store has begun another life. */
  scheduler(): { scheduler: Scheduler; lose: (...ids: string[]) => Promise<() => void> } {
    const store = this.queue.backend.schedules!;
    const due = store.due.bind(store);
    let life = 'first';
    Object.assign(store, {
      due: async (params: Parameters<typeof due>[0]) => ({ ...(await due(params)), life }),
    });
    const lose = async (...ids: string[]): Promise<() => void> => {
      for (const id of ids) await store.remove({ id });
      return () => {
        life = 'second';
      };
    };
    return { scheduler: new Scheduler(this.queue), lose };
  }
}

it.each([
  ['x', 'the 2 that this process had declared are declared again'],
  ['z', 'of the 2 that this process had declared, 1 is declared again'],
])(
  'says after a loss how many schedules it declared again, where another is of %s',
  async (owner, text) => {
    const losing = new LosingStore();
    const { scheduler, lose } = losing.scheduler();
    await scheduler.sync([{ job, id: 'taken', every: 60_000 }], { owner: 'x' });
    await scheduler.sync([{ job, id: 'owned', every: 60_000 }], { owner: 'y' });
    await scheduler.start();
    const notice = await lose('taken', 'owned');
    const elsewhere = new Scheduler(losing.newQueue());
    await elsewhere.sync([{ job, id: 'taken', every: 60_000 }], { owner });
    notice();
    await losing.clock.advance(60_000);
    expect(losing.warnings).toContainEqual(expect.stringContaining(text));
    await scheduler.stop();
    await losing.queue.close();
  },
);

it('declares again after a loss what another scheduler of its queue declared', async () => {
  const losing = new LosingStore();
  const { scheduler, lose } = losing.scheduler();
  await new Scheduler(losing.queue).schedule(job, { every: 60_000 });
  await scheduler.schedule(job, { id: 'own', every: 60_000 });
  await scheduler.start();
  const notice = await lose('job', 'own');
  notice();
  await losing.clock.advance(60_000);
  const found = await scheduler.getAllScheduledJobs();
  expect(found.map(({ id }) => id)).toEqual(['job', 'own']);
  await scheduler.stop();
  await losing.queue.close();
});
