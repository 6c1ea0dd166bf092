import type { Lease } from '../contract/consumer.ts';
import { deserializeError } from '../errors/deserialize-error.ts';
import { JobsError } from '../errors/jobs-error.ts';
import { callHook } from './end-unstarted.ts';
import type { RunServices } from './run-services.ts';

/**
 * Calls `onFail` of a job that failed because it lost its worker too often. If the job is not kept, there is no
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
      await callHook(services, job, 'onFail', job.error && deserializeError(job.error));
      return;
    }
    const message = `Job \`${name}\` (${id}) lost its worker too often and failed, but is not stored any more: its \`onFail\` cannot be called. Keep failed jobs (\`removeOnFail\`).`;
    services.reportError(new JobsError('JOBS_STALLED', message, { details: origin }), origin);
  } catch (error) {
    services.reportError(error, origin);
  }
}
