import { defineJob, type IQueue } from '@philjs/jobs-core';
import { PostgresServer } from '@philjs/jobs-faults';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createQueue, migrationSql } from '../src/index.ts';

let server: PostgresServer;
let pool: pg.Pool;

interface Turn {
  readonly tenant: string;
}

const job = defineJob({
  name: 'job',
  fairKey: ({ tenant }: Turn) => tenant,
  handler: () => undefined,
});

beforeAll(async () => {
  server = await PostgresServer.start({ config: { fsync: 'off' } });
  pool = new pg.Pool({ connectionString: server.url });
  await pool.query(migrationSql());
});
afterAll(async () => {
  await pool.end();
  await server.stop();
});

/** Is a queue whose exchanges a test makes one by one. */
class Turns {
  readonly queue: IQueue;
  readonly #name: string;
  #number = 0;
  #sequence = 0;
  #active: { readonly id: string; readonly token: number }[] = [];

  constructor(name: string) {
    this.#name = name;
    this.queue = createQueue({ name, postgres: pool, jobs: [job], order: 'fair' });
  }

  async open(): Promise<void> {
    await this.queue.getStats();
    const { rows } = await pool.query('SELECT queue FROM philjs_jobs.queues WHERE name = $1', [
      this.#name,
    ]);
    this.#number = rows[0].queue;
  }

  async add(ids: readonly string[], tenants: readonly string[], weight: number): Promise<void> {
    const items = ids.map((jobId, index) => {
      return { job, payload: { tenant: tenants[index] as string }, options: { jobId, weight } };
    });
    await this.queue.enqueueMany(items);
  }

  /** Ends the active jobs, each in its way or completed, and starts others, some at a time; returns those. */
  async exchange(limit: number, atOnce: number, ways: readonly string[]): Promise<string[]> {
    let ended = this.#active.map(({ id, token }, index) => {
      const kind = ways[index] ?? 'complete';
      const started = kind !== 'unstarted';
      return { id, token, kind, attempts: 0, started, run_at: 0 };
    });
    this.#active = [];
    for (let left = limit; left > 0; left -= atOnce) {
      const { rows } = await pool.query(
        `SELECT id, fencing_token AS token FROM philjs_jobs.exchange($1, 'a', $2, $3, $4, 30000, '{"max":1}', '{}') OFFSET 1`,
        [this.#number, ++this.#sequence, JSON.stringify(ended), Math.min(left, atOnce)],
      );
      ended = [];
      this.#active.push(...rows);
    }
    return this.#active.map(({ id }) => id);
  }
}

/** Returns whole numbers below another that look random, and are the same for each seed. */
function randomFrom(seed: number): (count: number) => number {
  let state = seed;
  return (count) => {
    state = (state * 48_271) % 2_147_483_647;
    return Math.floor((state / 2_147_483_647) * count);
  };
}

it('starts the same jobs together as one by one, whatever happens', async () => {
  const both = [new Turns('together'), new Turns('one by one')] as const;
  const inBoth = async <T>(change: (turns: Turns) => Promise<T>): Promise<T> => {
    const [first, second] = [await change(both[0]), await change(both[1])];
    expect(first).toEqual(second);
    return first;
  };
  for (const turns of both) await turns.open();
  for (let seed = 1; seed <= 4; seed++) {
    const below = randomFrom(seed);
    const [keys, most, limits] = seed % 2 === 0 ? [110, 400, 60] : [12, 40, 9];
    let added = 0;
    for (let step = 0; step < 60; step++) {
      const { jobs } = await both[0].queue.getJobs({ status: 'waiting', limit: 1_000 });
      const chosen = jobs[below(jobs.length)]?.id;
      const what = step === 0 ? 0 : below(20);
      if ((what < 3 && jobs.length < most) || chosen === undefined) {
        const ids = Array.from({ length: 1 + below(most) }, () => `${seed}-${added++}`);
        const some = 1 + below(keys);
        const tenants = ids.map(() => `t${below(some)}`);
        const weight = step % 7 === 6 && seed > 2 ? 2 : 1;
        await inBoth((turns) => turns.add(ids, tenants, weight));
      } else if (what < 5) await inBoth(({ queue }) => queue.removeJob(chosen));
      else if (what === 5) await inBoth(({ queue }) => queue.cancelJob(chosen));
      else if (what === 6) {
        const priority = below(2);
        await inBoth(({ queue }) => queue.updateJob(chosen, { priority }));
      } else if (what === 7) {
        const payload = { tenant: `t${below(keys + 2)}` };
        await inBoth(({ queue }) => queue.updateJob(chosen, { payload }));
      } else if (what === 8) {
        await inBoth(async ({ queue }) => (await queue.explain(chosen)).place);
      } else {
        const limit = 1 + below(limits);
        const ways = Array.from({ length: limits }, () => {
          return what < 18 ? 'complete' : (['complete', 'retry', 'unstarted'][below(3)] as string);
        });
        await inBoth((turns) => turns.exchange(limit, turns === both[0] ? limit : 1, ways));
      }
    }
    // Until nothing is left.
    while ((await inBoth((turns) => turns.exchange(5, turns === both[0] ? 5 : 1, []))).length > 0);
  }
  const { rows } =
    await pool.query(`SELECT (SELECT count(*)::int FROM philjs_jobs.shares) AS shares,
    (SELECT count(*)::int FROM philjs_jobs.fair_classes) AS classes`);
  expect(rows).toEqual([{ shares: 0, classes: 0 }]);
  for (const { queue } of both) await queue.close();
});

it('starts each job once from many connections that add, remove and change jobs meanwhile, with no deadlock', async () => {
  const starts = new Map<string, number>();
  const run = defineJob({
    name: 'job',
    fairKey: ({ tenant }: Turn) => tenant,
    handler: (_payload: Turn, ctx) => void starts.set(ctx.jobId, (starts.get(ctx.jobId) ?? 0) + 1),
  });
  const pools = [1, 2, 3].map(() => new pg.Pool({ connectionString: server.url }));
  const queues: IQueue[] = pools.map((postgres) =>
    createQueue({ name: 'busy', postgres, jobs: [run], order: 'fair', concurrency: 20 }),
  );
  const [first] = queues as [IQueue];
  const ids: string[] = [];
  const add = async (queue: IQueue, count: number): Promise<void> => {
    const items = Array.from({ length: count }, (_, n) => {
      return { job: run, payload: { tenant: `t${(n * 7) % 40}` } };
    });
    for (const { id } of await queue.enqueueMany(items)) ids.push(id);
  };
  await add(first, 2_000);
  await Promise.all(queues.map((queue) => queue.process()));
  const removed = new Set<string>();
  for (let round = 0; round < 20; round++) {
    const doomed = ids[ids.length - 1 - round] as string;
    const isRemoved = first.removeJob(doomed, { strict: false }).catch(() => false);
    const changed = ids[ids.length - 40 - round] as string;
    await Promise.all([
      first.updateJob(changed, { payload: { tenant: 'other' } }).catch(() => undefined),
      ...(round % 4 === 0 ? queues.map((queue) => add(queue, 50)) : []),
    ]);
    if (await isRemoved) removed.add(doomed);
  }
  const isOver = async (): Promise<boolean> => {
    const { waiting, active } = await first.getStats();
    return waiting + active === 0;
  };
  await expect.poll(isOver).toBe(true);
  expect([...starts.values()].every((count) => count === 1)).toBe(true);
  for (const id of ids) expect(starts.has(id) || removed.has(id)).toBe(true);
  const left = async (): Promise<unknown> => {
    const { rows } =
      await pool.query(`SELECT (SELECT sum(deadlocks)::int FROM pg_stat_database) AS deadlocks, (SELECT count(*)::int
      FROM philjs_jobs.shares s JOIN philjs_jobs.queues q USING (queue) WHERE q.name = 'busy') AS shares`);
    return rows[0];
  };
  // The last exchange finds that no key has jobs any more.
  await expect.poll(left).toEqual({ deadlocks: 0, shares: 0 });
  await Promise.all(queues.map((queue) => queue.close()));
  await Promise.all(pools.map((each) => each.end()));
});
