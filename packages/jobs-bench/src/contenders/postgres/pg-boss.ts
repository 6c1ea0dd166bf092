import { PgBoss } from 'pg-boss';
import type { MailPayload } from '../memory/memory-contender.ts';
import type { PostgresRun, PostgresSetup } from './postgres-contender.ts';

const QUEUE = 'mail';

/**
 * Sets up pg-boss with as many loops as jobs may run at once: each fetches a job, runs it and completes it. (Its own
 * worker waits half a second at least between two jobs unless it fetches batches.)
 */
export async function pgBossEach(setup: PostgresSetup): Promise<PostgresRun> {
  const { boss, run } = await startBoss(setup);
  const loops: Promise<void>[] = [];
  let ended = false;
  const loop = async (): Promise<void> => {
    while (!ended) {
      const [job] = await boss.fetch(QUEUE);
      if (job === undefined) return;
      setup.onStart();
      await boss.complete(QUEUE, job.id);
    }
  };
  return {
    ...run,
    start: async () => {
      for (let index = 0; index < setup.concurrency; index++) loops.push(loop());
    },
    close: async () => {
      ended = true;
      await Promise.all(loops);
      await run.close();
    },
  };
}

/** Sets up pg-boss with one worker that fetches as many jobs as may run at once, and completes them in one statement. */
export async function pgBossBatch(setup: PostgresSetup): Promise<PostgresRun> {
  const { boss, run } = await startBoss(setup);
  return {
    ...run,
    start: async () => {
      const options = {
        batchSize: setup.concurrency,
        burstWhenBatchFull: true,
        pollingIntervalSeconds: 0.5,
        notifyPollingIntervalSeconds: 0.5,
      };
      await boss.work(QUEUE, options, async (jobs) => {
        for (const _job of jobs) setup.onStart();
      });
    },
  };
}

async function startBoss({ url, concurrency }: PostgresSetup): Promise<{
  boss: PgBoss;
  run: PostgresRun;
}> {
  // Woken by NOTIFY like the others; the pool is as large as the others' at this concurrency.
  const boss = new PgBoss({
    connectionString: url,
    max: Math.max(10, concurrency),
    useListenNotify: true,
  });
  boss.on('error', () => undefined);
  await boss.start();
  await boss.createQueue(QUEUE, { notify: true });
  return {
    boss,
    run: {
      enqueue: (payload) => boss.send(QUEUE, payload),
      enqueueMany: (payloads: readonly MailPayload[]) =>
        boss.insert(
          QUEUE,
          payloads.map((data) => ({ data })),
        ),
      start: async () => undefined,
      close: () => boss.stop({ graceful: false }),
    },
  };
}
