import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeLargest } from '@philjs/jobs-faults/largest';
import { afterAll } from 'vitest';
import { createQueue } from '../../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-sqlite-'));
const path = join(folder, 'jobs.sqlite');
afterAll(() => rmSync(folder, { recursive: true }));

describeLargest('sqlite', {
  createQueue: (options) => createQueue({ ...options, path }),
  producer: { program: join(import.meta.dirname, 'support/largest-producer.ts'), args: [path] },
});
