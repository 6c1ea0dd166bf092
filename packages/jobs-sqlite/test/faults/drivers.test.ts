import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  describeBackend,
  describeLeaseStore,
  describeQueue,
  type Transact,
} from '@philjs/jobs-testkit/conformance';
import Database from 'libsql';
import { afterAll } from 'vitest';
import { sqliteBackend } from '../../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-sqlite-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'jobs.sqlite');
const create = sqliteBackend({ path, driver: Database });

const transact: Transact = async (work) => {
  const database = new Database(path);
  database.exec('BEGIN IMMEDIATE');
  try {
    database.exec(await work(database));
  } finally {
    // Closing alone leaves the file locked.
    if (database.inTransaction) database.exec('ROLLBACK');
    database.close();
  }
};

describeBackend('sqlite over libsql', { create, transact });
describeLeaseStore('sqlite over libsql', { create });
describeQueue('sqlite over libsql', { create, transact });
