import type { JobStatus } from '@philjs/jobs-core';
import type { BackendEvent } from '@philjs/jobs-core/backend';
import { readAs, tampered, type Variant } from '../variant.ts';

const asFailed = (event: BackendEvent): BackendEvent =>
  event.type === 'cancelled' ? { ...event, type: 'failed' } : event;

export const cancelledCountsAsFailed: Variant = {
  name: 'takes cancelled jobs for failed ones',
  caughtBy: [
    'cancels a waiting job, which then never starts',
    'tells an active job’s run of the wish, made by another process',
    'lists cancelled jobs by when they were cancelled, and among no others',
    'announces a cancelled job as cancelled and not as failed',
    'does what the model does, whatever happens in whatever order',
  ],
  create: tampered((inner) => {
    const { get, list, consume } = readAs(inner, (job) =>
      job.status === 'cancelled' ? { ...job, status: 'failed' } : job,
    );
    return {
      get,
      consume,
      list: (params) => {
        const wanted = params.statuses.filter((status) => status !== 'cancelled');
        const both: JobStatus[] = wanted.includes('failed') ? ['cancelled'] : [];
        return list({ ...params, statuses: [...wanted, ...both] });
      },
      counts: async () => {
        const counts = await inner.counts();
        return { ...counts, failed: counts.failed + counts.cancelled, cancelled: 0 };
      },
      events: inner.events && {
        subscribe: (params) =>
          inner.events!.subscribe({
            ...params,
            onEvent: (event) => params.onEvent(asFailed(event)),
          }),
      },
    } as Partial<typeof inner>;
  }),
};
