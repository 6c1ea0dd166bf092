import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeBackend, describeQueue } from '@philjs/jobs-testkit';
import { afterAll } from 'vitest';
import { sqliteBackend } from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-sqlite-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'jobs.sqlite');

describeBackend('sqlite', { create: sqliteBackend({ path }) });
describeQueue('sqlite', { create: sqliteBackend({ path }) });
