import type { ScheduleStore } from '@philjs/jobs-core/backend';
import { PostgresServer } from '@philjs/jobs-faults';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createQueue } from '../src/index.ts';

let server: PostgresServer;
let pool: pg.Pool;

beforeAll(async () => {
  server = await PostgresServer.start();
  pool = new pg.Pool({ connectionString: server.url });
});
afterAll(async () => {
  await pool.end();
  await server.stop();
});

it('fires many schedules in few transactions, and each of them by itself', async () => {
  const queue = createQueue({ name: 'together', postgres: pool, unknownJobs: 'accept' });
  await queue.isPaused();
  const store = queue.backend.schedules!;
  const ids = Array.from({ length: 300 }, (_, n) => `s${n}`);
  const schedules = ids.map((id) => ({ id, jobName: 'job', spec: {}, state: {}, nextAt: 1 }));
  const records = (await store.putAll({ schedules: schedules.map((schedule) => ({ schedule })) }))!;
  const prepared = await queue.prepare('job', null);
  const fire = (n: number, more: object = {}): ReturnType<ScheduleStore['fire']> =>
    store.fire({
      id: ids[n]!,
      expectedRevision: records[n]!.revision,
      nextAt: undefined,
      state: { of: n },
      jobs: [{ ...prepared, id: `${ids[n]}@1` }],
      entries: [{ scheduleId: ids[n]!, tickAt: 1, detail: { of: n } }],
      track: true,
      ...more,
    });
  const commits = await committed();
  const answers = await Promise.all(
    // One was changed since; the server refuses another.
    ids.map((_, n) => {
      if (n === 7) return fire(n, { expectedRevision: 1_000_000 });
      if (n === 8) return fire(n, { nextAt: 'never' as never }).catch(() => 'refused');
      return fire(n);
    }),
  );
  // One of the calls is made again claim by claim.
  expect((await committed()) - commits).toBeLessThan(130);
  expect(answers[7]).toEqual({ fired: false });
  expect(answers[8]).toBe('refused');
  for (const [n, id] of ids.entries()) {
    if (n === 7 || n === 8) continue;
    expect(answers[n]).toMatchObject({
      fired: true,
      schedule: { id, state: { of: n } },
      results: [{ id: `${id}@1`, outcome: 'added' }],
    });
  }
  expect((await queue.getStats()).waiting).toBe(298);
  expect(await store.liveRuns({ id: 's299' })).toEqual(['s299@1']);
  await queue.close();
});

/** Counts the transactions that the database has committed. */
async function committed(): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  const sql =
    'SELECT xact_commit AS commits FROM pg_stat_database WHERE datname = current_database()';
  const { rows } = await pool.query(sql);
  return Number(rows[0].commits);
}
