import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type BackendFactory, createQueue, defineJob } from '@philjs/jobs-core';
import { PostgresServer } from '@philjs/jobs-faults';
import { postgresBackend } from '@philjs/jobs-postgres';
import { sqliteBackend } from '@philjs/jobs-sqlite';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callCli, makeProject } from './cli-trial.ts';

const CONFIG = `
import { createQueue, defineConfig, defineJob } from '@philjs/jobs';
const work = defineJob({ name: 'work', handler: async (_: null) => undefined });
export default defineConfig({ queues: [createQueue({ name: 'work', jobs: [work] })] });
`;

const work = defineJob({ name: 'work', handler: (_: null) => undefined });

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await PostgresServer.start();
});
afterAll(() => postgres.stop());

/** Where a store is, and what deletes a job there by hand. */
interface Place {
  readonly databaseUrl: string;
  readonly backend: BackendFactory;
  readonly deleteJob: (id: string) => Promise<void>;
}

const STORES: readonly (readonly [string, (folder: string) => Place])[] = [
  [
    'a SQLite file',
    (folder) => {
      const path = join(folder, 'jobs.sqlite');
      const deleteJob = async (id: string): Promise<void> => {
        const database = new DatabaseSync(path);
        database.prepare('DELETE FROM philjs_jobs_jobs WHERE id = ?').run(id);
        database.close();
      };
      return { databaseUrl: `sqlite:${path}`, backend: sqliteBackend({ path }), deleteJob };
    },
  ],
  [
    'PostgreSQL',
    () => {
      const deleteJob = async (id: string): Promise<void> => {
        const client = new pg.Client({ connectionString: postgres.url });
        await client.connect();
        // As a restore or a replica does, without the triggers.
        await client.query('SET session_replication_role = replica');
        await client.query('DELETE FROM philjs_jobs.jobs WHERE id = $1', [id]);
        await client.end();
      };
      const backend = postgresBackend({ postgres: postgres.url });
      return { databaseUrl: postgres.url, backend, deleteJob };
    },
  ],
];

test.each(STORES)(
  'doctor mends what waits for a job that was deleted by hand: %s',
  async (_, at) => {
    const cwd = await makeProject();
    await writeFile(join(cwd, 'jobs.config.ts'), CONFIG);
    const { databaseUrl, backend, deleteJob } = at(cwd);
    const cli = (...args: string[]) => callCli(args, { cwd, databaseUrl });
    const doctor = async (): Promise<unknown[]> =>
      JSON.parse((await cli('--json', 'doctor')).stdout);
    const queue = createQueue({ name: 'work', jobs: [work], backend });
    await queue.enqueue(work, null, { jobId: 'gone', delay: 3_600_000 });
    await queue.enqueue(work, null, { jobId: 'a', dependsOn: ['gone'] });
    await queue.enqueue(work, null, { jobId: 'b', dependsOn: ['gone'] });
    await queue.close();
    const well = { check: 'places', ok: true, found: 'each stored job has its place' };
    expect(await doctor()).toContainEqual(expect.objectContaining(well));
    await deleteJob('gone');
    const found = '2 jobs were in no state, or waited for what is gone; they are mended';
    expect(await doctor()).toContainEqual(
      expect.objectContaining({ check: 'places', ok: false, found }),
    );
    expect(await doctor()).toContainEqual(expect.objectContaining(well));
    expect(await cli('work', '--once')).toMatchObject({ code: 0 });
    const shown = JSON.parse((await cli('--json', 'show', 'a')).stdout);
    expect(shown).toMatchObject({ status: 'failed', error: { code: 'JOBS_DEPENDENCY_FAILED' } });
  },
);
