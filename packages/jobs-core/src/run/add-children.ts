import { checkOptions, invalidArgument } from '../check/argument.ts';
import type { JobRecord } from '../contract/job-record.ts';
import type { DependencyFailure } from '../contract/workflow-store.ts';
import { leaseLostError } from '../errors/error-factories.ts';
import { JobsError } from '../errors/jobs-error.ts';
import { checkDependsOn } from '../queue/depends-on.ts';
import type { Job } from '../queue/job.ts';
import type { EnqueueItem } from '../queue/queue-interface.ts';
import type { RunServices } from './run-services.ts';
import type { StartedRun } from './started-run.ts';

/** Stores children of a running job, and ends its run. @throws JobsError as `ctx.addChildren` */
export async function addChildren(
  { services, job, control }: StartedRun,
  items: readonly EnqueueItem[],
  options: { readonly onFailure?: DependencyFailure | undefined } = {},
): Promise<never> {
  const { enqueuer, clock } = services;
  checkOptions('options', options, ['onFailure']);
  const onDependencyFailure = options.onFailure ?? 'fail';
  checkDependsOn({ onDependencyFailure });
  if (Array.isArray(items) && items.length === 0) {
    const advice =
      'Without children the job would run again at once, and for ever: return instead.';
    throw invalidArgument('items', 'at least one child', items, advice);
  }
  const lease = { id: job.id, fencingToken: job.fencingToken };
  if (control.isOver) {
    const error = leaseLostError(lease);
    control.abort(error);
    throw error;
  }
  if (control.abortedBy !== undefined) throw control.abortedBy;
  const children = await enqueuer.children(items, { lease, onDependencyFailure });
  // Where something else ended the run, the handler may have waited as it should.
  if (control.isOver) throw control.abortedBy ?? tooLate(job);
  if (children.every(isKnownAndEnded) && (await hasWaitedForAll(services, job))) {
    throw nothingNew(items);
  }
  const now = clock.now();
  return control.end({ type: 'snooze', reason: 'children', runAt: now, delayMs: 0 });
}

/** Returns whether the job waits for no other job than when it ran before and added children. */
async function hasWaitedForAll(
  { backend }: RunServices,
  { id, snoozeReason, dependencies }: JobRecord,
): Promise<boolean> {
  if (snoozeReason !== 'children') return false;
  const record = await backend.get({ id });
  return record?.dependencies?.total === dependencies?.total;
}

function isKnownAndEnded({ duplicate, finishedAt }: Job): boolean {
  return duplicate === true && finishedAt !== undefined;
}

/** Makes the error for children that have all ended before the run that adds them again. */
function nothingNew(items: unknown): JobsError {
  const advice =
    'The job would run again at once, and for ever: look first what `ctx.dependencies()` says of them, and return.';
  return invalidArgument('items', 'children of which one is new or has not ended', items, advice);
}

/** Makes the error for children that were stored when their parent had ended. */
function tooLate({ id: jobId, name }: JobRecord): JobsError {
  const message = `Job \`${name}\` (${jobId}) ended before its children were stored: it did not wait for them. Return what \`ctx.addChildren\` returns.`;
  return new JobsError('JOBS_CONFLICT', message, { details: { jobId, name } });
}
