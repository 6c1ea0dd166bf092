import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
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

describeBackend('sqlite', { create: sqliteBackend({ path }), transact });
describeLeaseStore('sqlite', { create: sqliteBackend({ path }) });
describeQueue('sqlite', { create: sqliteBackend({ path }), transact });
