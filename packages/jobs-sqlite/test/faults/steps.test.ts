import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeSteps } from '@philjs/jobs-faults/steps';
import { afterAll } from 'vitest';
import { createQueue } from '../../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-sqlite-'));
const path = join(folder, 'jobs.sqlite');
afterAll(() => rmSync(folder, { recursive: true }));

describeSteps('sqlite', {
  createQueue: (name) => createQueue({ name, path }),
  program: join(import.meta.dirname, 'support/stepping-worker.ts'),
  args: [path],
});
