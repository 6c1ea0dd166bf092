import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWorkflows } from '@philjs/jobs-testkit/conformance';
import { afterAll } from 'vitest';
import { sqliteBackend } from '../../src/index.ts';

const SEED = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31);
const folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-sqlite-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeWorkflows(`sqlite, FC_SEED=${SEED}`, {
  create: sqliteBackend({ path: join(folder, 'jobs.sqlite') }),
  runs: 100,
  mostJobs: 200,
  seed: SEED,
});
