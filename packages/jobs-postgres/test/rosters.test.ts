import { defineJob, type IQueue } from '@philjs/jobs-core';
import { PostgresServer } from '@philjs/jobs-testkit';
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

/** Makes each exchange write down some starts in advance if it may, but for one queue none; counts how often. */
const ALWAYS_OR_NEVER = `CREATE SEQUENCE public.made; CREATE SEQUENCE public.went_on;
  CREATE FUNCTION public.always_or_never() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'UPDATE' AND NEW.roster_size > 0 AND OLD.roster_size = 0 THEN PERFORM nextval('public.made'); END IF;
    IF TG_OP = 'UPDATE' AND NEW.roster_goes_on THEN PERFORM nextval('public.went_on'); END IF;
    NEW.calm := CASE (SELECT q.name FROM philjs_jobs.queues q WHERE q.queue = NEW.queue) WHEN 'never' THEN 0 ELSE 256 END;
    NEW.roster_at := 0;
    RETURN NEW;
  END $$;
  CREATE TRIGGER always_or_never BEFORE INSERT OR UPDATE ON philjs_jobs.fair_classes
    FOR EACH ROW EXECUTE FUNCTION public.always_or_never();`;

beforeAll(async () => {
  server = await PostgresServer.start({ config: { fsync: 'off' } });
  pool = new pg.Pool({ connectionString: server.url });
  await pool.query(migrationSql());
  await pool.query(ALWAYS_OR_NEVER);
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

  /** Ends the active jobs, each in its way or completed, and starts others; returns those. */
  async exchange(limit: number, ways: readonly string[]): Promise<string[]> {
    const ended = this.#active.map(({ id, token }, index) => {
      const kind = ways[index] ?? 'complete';
      const started = kind !== 'unstarted';
      return { id, token, kind, attempts: 0, started, run_at: 0 };
    });
    const { rows } = await pool.query(
      `SELECT id, fencing_token AS token FROM philjs_jobs.exchange($1, 'a', $2, $3, $4, 30000, 1, '{}') OFFSET 1`,
      [this.#number, ++this.#sequence, JSON.stringify(ended), limit],
    );
    this.#active = rows;
    return rows.map(({ id }) => id);
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

it('starts the same jobs from what it wrote down in advance as by looking each time, whatever happens', async () => {
  const both = [new Turns('always'), new Turns('never')] as const;
  const inBoth = async <T>(change: (turns: Turns) => Promise<T>): Promise<T> => {
    const [first, second] = [await change(both[0]), await change(both[1])];
    expect(first).toEqual(second);
    return first;
  };
  for (const turns of both) await turns.open();
  for (let seed = 1; seed <= 8; seed++) {
    const below = randomFrom(seed);
    // With many keys the starts are written down again and again.
    const [keys, most, limits] = seed % 2 === 0 ? [110, 400, 60] : [12, 40, 9];
    let added = 0;
    for (let step = 0; step < 120; step++) {
      const { jobs } = await both[0].queue.getJobs({ status: 'waiting', limit: 1_000 });
      const chosen = jobs[below(jobs.length)]?.id;
      const what = step === 0 ? 0 : below(20);
      if ((what < 3 && jobs.length < most) || chosen === undefined) {
        const ids = Array.from({ length: 1 + below(most) }, () => `${seed}-${added++}`);
        const some = 1 + below(keys);
        const tenants = ids.map(() => `t${below(some)}`);
        const weight = step % 7 === 6 && seed % 3 === 0 ? 2 : 1;
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
        await inBoth((turns) => turns.exchange(limit, ways));
      }
    }
    // Until nothing is left.
    while ((await inBoth((turns) => turns.exchange(limits - 2, []))).length > 0);
  }
  const { rows } =
    await pool.query(`SELECT m.last_value > 100 AS were_made, w.last_value > 20 AS went_on,
    (SELECT count(*)::int FROM philjs_jobs.shares) AS shares, (SELECT count(*)::int FROM philjs_jobs.fair_classes) AS classes
    FROM public.made m, public.went_on w`);
  expect(rows).toEqual([{ were_made: true, went_on: true, shares: 0, classes: 0 }]);
  for (const { queue } of both) await queue.close();
});

it('lets a key join again that ran out of jobs because others of it were removed', async () => {
  const turns = new Turns('removed');
  await turns.open();
  const [a, b] = ['a', 'b'].map((key) => Array.from({ length: 9 }, (_, n) => `${key}${n + 1}`));
  await turns.add([...(a as string[]).slice(0, 3), ...(b as string[])], [...'aaabbbbbbbbb'], 1);
  expect(await turns.exchange(1, [])).toEqual(['a1']);
  await turns.queue.removeJob('a3');
  expect(await turns.exchange(3, [])).toEqual(['b1', 'a2', 'b2']);
  await turns.add(['a4'], ['a'], 1);
  expect(await turns.exchange(3, [])).toEqual(['b3', 'a4', 'b4']);
  await turns.queue.close();
});

it('starts no job by what it wrote down that another has been given the place of', async () => {
  const turns = new Turns('moved');
  await turns.open();
  // Without gaps that rows of other tests have left.
  await pool.query('VACUUM FULL philjs_jobs.jobs');
  const ids = Array.from({ length: 12 }, (_, n) => `j${n}`);
  await turns.add(ids, [...'abcabcabcabc'], 1);
  expect(await turns.exchange(2, [])).toEqual(['j0', 'j1']);
  // The rows change their places.
  await pool.query('VACUUM FULL philjs_jobs.jobs');
  expect(await turns.exchange(3, [])).toEqual(['j2', 'j3', 'j4']);
  await pool.query('CLUSTER philjs_jobs.jobs USING jobs_pkey');
  expect(await turns.exchange(9, [])).toEqual(ids.slice(5));
  await turns.queue.close();
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
