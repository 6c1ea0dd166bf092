import type { Lease } from '../contract/consumer.ts';
import type { JobRecord } from '../contract/job-record.ts';
import { JobsError } from '../errors/jobs-error.ts';
import { deserializeError } from '../errors/serialize-error.ts';
import { findWhole } from './complete-payload.ts';
import { callHook } from './end-unstarted.ts';
import type { RunServices } from './run-services.ts';
import { withLetter } from './with-letter.ts';

/**
 * Stores the dead letter of a job that lost its worker too often, where `createQueues` made its queue together with
 * this one. Not in the step that failed it, since that was the store's; the failed job stays where it is.
 */
async function keepStalled(services: RunServices, job: JobRecord): Promise<void> {
  const { deadLetter } = services.registry.get(job.name)?.options ?? {};
  const { error = { name: 'Error', message: 'unknown' }, failures = [] } = job;
  await findWhole(services, job);
  const outcome = { type: 'fail', error, failures, attemptUsed: false } as const;
  const kept = await withLetter(services, job, outcome, deadLetter);
  if (kept.type !== 'fail' || kept.deadLetter === undefined) return;
  const { queue, job: letter } = kept.deadLetter;
  const dead = services.queues().all.find(({ name }) => name === queue);
  await dead?.backend.add({ jobs: [letter] });
}

/**
 * Keeps a dead letter, and calls `onFail` of a job that failed because it lost its worker too often. If the job is not kept, there is no
 * payload to pass: that is reported instead. Never rejects.
 */
export async function failStalled(
  services: RunServices,
  { id, fencingToken }: Lease,
  name: string,
): Promise<void> {
  const origin = { jobId: id, name };
  try {
    const job = await services.backend.get({ id });
    if (job?.status === 'failed' && job.fencingToken === fencingToken) {
      await keepStalled(services, job).catch((error) => services.reportError(error, origin));
      await callHook(services, job, 'onFail', job.error && deserializeError(job.error));
      return;
    }
    const message = `Job \`${name}\` (${id}) lost its worker too often and failed, but is not stored any more: its \`onFail\` cannot be called. Keep failed jobs (\`removeOnFail\`).`;
    services.reportError(new JobsError('JOBS_STALLED', message, { details: origin }), origin);
  } catch (error) {
    services.reportError(error, origin);
  }
}
