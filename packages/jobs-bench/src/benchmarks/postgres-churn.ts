import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Benchmark,
  defineBenchmark,
  type Measured,
  type Params,
  type Surroundings,
} from '../benchmark/benchmark.ts';
import type { Figure } from '../benchmark/figure.ts';
import { mailPayload } from '../contenders/memory/memory-contender.ts';
import { tally } from '../contenders/tally.ts';
import type { OwnDatabase } from '../harness/own-database.ts';

interface ChurnParams extends Params {
  readonly jobs: number;
  readonly batch: number;
  readonly hourMs: number;
}

const JOBS = { tiny: 400, quick: 40_000, full: 240_000 };
const SAMPLES = 24;
/** The length of an hour: autovacuum cannot look more often than every second, so a day cannot be much shorter. */
const HOUR_MS = { tiny: 100, quick: 30_000, full: 30_000 };

const growth: Figure = {
  key: 'growth',
  title: 'size at the end : at the first hour',
  unit: 'count',
  better: 'lower',
};
const size: Figure = { key: 'size', title: 'size at the end', unit: 'bytes', better: 'lower' };

/** Measures whether the tables of a queue in steady use grow, on PostgreSQL. */
export const postgresChurn: Benchmark = defineBenchmark<ChurnParams>({
  name: 'postgres-churn',
  title: 'the size of the tables while jobs come and go, on PostgreSQL',
  method:
    'A day of 10,000 jobs an hour in twelve minutes: in each hour 10,000 jobs are stored in calls of 100 and run, with the default ' +
    'retention. Autovacuum looks every second, which is every two minutes of that day, half as often as by default. Sizes are ' +
    'those of all tables of the schema with their indexes; the first is read after the first hour. *quick* is the day of a ' +
    'queue with a sixth as many jobs.',
  needsPostgres: true,
  ratioTitle: '',
  figures: [growth, size],
  targets: [
    {
      title: 'size of the tables after 24 hours of churn against the first hour',
      case: '',
      contender: 'philjs',
      figure: growth.key,
      of: 'median',
      atMost: 1.5,
    },
  ],
  rounds: { tiny: 1, quick: 1, full: 1 },
  cases: (sized) => [
    {
      title: '',
      contenders: [
        { id: 'philjs', params: { jobs: JOBS[sized], batch: 100, hourMs: HOUR_MS[sized] } },
      ],
    },
  ],
  measure,
});

async function measure(
  { jobs, batch, hourMs }: ChurnParams,
  { postgresUrl }: Surroundings,
): Promise<Measured> {
  const { defineJob } = await import('@philjs/jobs-core');
  const { createQueue } = await import('@philjs/jobs-postgres');
  const { makeDatabase } = await import('../harness/own-database.ts');
  const database = await makeDatabase(postgresUrl);
  await setNaptime(database, '1s');
  const counted = tally();
  const job = defineJob({
    name: 'send-mail',
    handler: async (_payload: { to: string; subject: string }) => counted.count(),
  });
  const queue = createQueue({ jobs: [job], concurrency: 16, postgres: database.url });
  await queue.process();
  const sizes: number[] = [];
  const startedAt = performance.now();
  for (let stored = 0; stored < jobs; ) {
    const items = Array.from({ length: batch }, (_, index) => ({
      job,
      payload: mailPayload(index),
    }));
    await queue.enqueueMany(items);
    stored += batch;
    await counted.reached(stored - batch);
    const nextAt = startedAt + (stored / jobs) * SAMPLES * hourMs;
    await sleep(Math.max(0, nextAt - performance.now()));
    if (stored >= ((sizes.length + 1) * jobs) / SAMPLES) sizes.push(await sizeOf(database));
  }
  await queue.close({ timeout: 1000 });
  await setNaptime(database, '1min');
  await database.drop();
  const last = sizes.at(-1) ?? 0;
  return { growth: last / (sizes[0] ?? last), size: last };
}

async function setNaptime(database: OwnDatabase, time: string): Promise<void> {
  await database.query(`ALTER SYSTEM SET autovacuum_naptime = '${time}'`);
  await database.query('SELECT pg_reload_conf()');
}

async function sizeOf(database: OwnDatabase): Promise<number> {
  const [row] = await database.query(
    "SELECT sum(pg_total_relation_size(oid))::float8 AS size FROM pg_class WHERE relkind = 'r' AND relnamespace = 'philjs_jobs'::regnamespace",
  );
  return Number(row?.['size']);
}
