import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeBackend, describeQueue } from '@philjs/jobs-testkit';
import { sqliteBackend } from '../src/sqlite-backend.ts';

const file = join(mkdtempSync(join(tmpdir(), 'jobs-')), 'jobs.db');
describeBackend('sqlite', { create: sqliteBackend({ file }) });
describeQueue('sqlite', { create: sqliteBackend({ file }) });
