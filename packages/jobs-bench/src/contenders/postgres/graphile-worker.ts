import { Logger, makeWorkerUtils, type Runner, run } from 'graphile-worker';
import pg from 'pg';
import type { PostgresRun, PostgresSetup } from './postgres-contender.ts';

const logger = new Logger(() => () => undefined);

/** Sets up Graphile Worker, which removes jobs when they are completed. */
export async function graphileWorker({
  url,
  concurrency,
  onStart,
}: PostgresSetup): Promise<PostgresRun> {
  const pgPool = new pg.Pool({ connectionString: url, max: Math.max(10, concurrency + 1) });
  pgPool.on('error', () => undefined);
  const utils = await makeWorkerUtils({ pgPool, logger });
  await utils.migrate();
  let runner: Runner | undefined;
  return {
    enqueue: (payload) => utils.addJob('mail', payload),
    enqueueMany: (payloads) =>
      utils.addJobs(payloads.map((payload) => ({ identifier: 'mail', payload }))),
    start: async () => {
      runner = await run({
        pgPool,
        concurrency,
        logger,
        noHandleSignals: true,
        taskList: { mail: async () => onStart() },
      });
    },
    close: async () => {
      await runner?.stop();
      await utils.release();
      await pgPool.end();
    },
  };
}
