import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  describeBackend,
  describeLeaseStore,
  describeQueue,
} from '@philjs/jobs-testkit/conformance';
import { leasesOf, sqliteBackend } from '../src/sqlite-backend.ts';

const file = join(mkdtempSync(join(tmpdir(), 'jobs-')), 'jobs.db');
describeBackend('sqlite', { create: sqliteBackend({ file }) });
describeLeaseStore('sqlite', { create: sqliteBackend({ file }), leases: leasesOf });
describeQueue('sqlite', { create: sqliteBackend({ file }) });
