import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  type DeleteByHand,
  describeBackend,
  describeLeaseStore,
  describeQueue,
  type Transact,
} from '@philjs/jobs-testkit/conformance';
import { afterAll } from 'vitest';
import { sqliteBackend } from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-sqlite-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'jobs.sqlite');

const transact: Transact = async (work) => {
  const database = new DatabaseSync(path);
  database.exec('BEGIN IMMEDIATE');
  try {
    database.exec(await work(database));
  } finally {
    database.close();
  }
};

const deleteByHand: DeleteByHand = async (what, { queueName, id }) => {
  const database = new DatabaseSync(path);
  const sql = {
    job: 'DELETE FROM philjs_jobs_jobs WHERE key =',
    dependencies: 'DELETE FROM philjs_jobs_edges WHERE dependant =',
  }[what];
  const key = `(SELECT j.key FROM philjs_jobs_jobs j JOIN philjs_jobs_queues q USING (queue) WHERE q.name = ? AND j.id = ?)`;
  database.prepare(`${sql} ${key}`).run(queueName, id);
  database.close();
};

describeBackend('sqlite', { create: sqliteBackend({ path }), transact, deleteByHand });
describeLeaseStore('sqlite', { create: sqliteBackend({ path }) });
describeQueue('sqlite', { create: sqliteBackend({ path }), transact });
