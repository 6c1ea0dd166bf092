import type { Retention } from '@philjs/jobs-core/backend';
import { tampered, type Variant } from '../variant.ts';

const oneMore = (keep: Retention): Retention => ({ ...keep, count: keep.count + 1 });

export const retentionOffByOne: Variant = {
  name: 'keeps one finished job more than asked',
  caughtBy: [
    'keeps exactly the newest 0 completed jobs on request',
    'keeps exactly the newest 1 completed jobs on request',
    'keeps exactly the newest 5 failed jobs on request',
    'keeps exactly the newest 1 cancelled jobs on request',
    'keeps no job cancelled before it started when it keeps none',
  ],
  create: tampered((inner) => ({
    add: ({ jobs }) =>
      inner.add({
        jobs: jobs.map((job) => ({
          ...job,
          keepCompleted: oneMore(job.keepCompleted),
          keepFailed: oneMore(job.keepFailed),
          keepCancelled: oneMore(job.keepCancelled),
        })),
      }),
  })),
};
