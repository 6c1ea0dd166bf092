import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeModels } from '@philjs/jobs-testkit/conformance';
import { afterAll } from 'vitest';
import { sqliteBackend } from '../../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-sqlite-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeModels('sqlite', {
  create: sqliteBackend({ path: join(folder, 'jobs.sqlite') }),
});
