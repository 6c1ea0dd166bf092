import {
  checkDuration,
  checkObject,
  checkSignal,
  invalidArgument,
  MAX_TIMEOUT_MS,
} from '../check/argument.ts';
import type { CancelResult } from '../contract/backend.ts';
import { JobsError } from '../errors/jobs-error.ts';
import { toError } from '../errors/serialize-error.ts';
import type { JobDefinition } from '../job/job-definition.ts';
import type { CallOptions } from './calls.ts';
import type { EnqueueOptions } from './enqueue-options.ts';
import type { Job } from './job.ts';
import type { IQueue } from './queue-interface.ts';

/** Names the parts of a queue by which a job is called. */
export type CallingQueue = Pick<IQueue, 'clock' | 'enqueue' | 'waitFor' | 'cancelJob'>;

interface Call {
  readonly queue: CallingQueue;
  readonly job: JobDefinition | string;
  readonly payload: unknown;
  readonly options?: CallOptions | undefined;
}

/** Enqueues a job, waits for it, and cancels it when the caller gives up; see `IQueue.call`. */
export async function callJob(call: Call): Promise<unknown> {
  const { queue, job, payload, options = {} } = call;
  checkObject('options', options);
  const { timeout, signal, ...enqueueOptions } = options;
  refuseTransaction(enqueueOptions);
  if (timeout !== undefined) checkDuration('timeout', timeout, { min: 0, max: MAX_TIMEOUT_MS });
  checkSignal('signal', signal);
  if (signal?.aborted) throw abortedError(`\`${nameOf(job)}\` was not enqueued`, signal);
  const endsAt = queue.clock.now() + (timeout ?? Number.POSITIVE_INFINITY);
  const stored = await queue.enqueue(job, payload, enqueueOptions);
  const left = timeout === undefined ? undefined : Math.max(0, endsAt - queue.clock.now());
  try {
    return await queue.waitFor(stored, { timeout: left, signal });
  } catch (error) {
    if (!signal?.aborted && queue.clock.now() < endsAt) throw error;
    throw await giveUp(call, stored, error);
  }
}

/** Cancels the job of a call that is over, if that call created it; makes the error that says so. */
async function giveUp({ queue, options = {} }: Call, job: Job, error: unknown): Promise<unknown> {
  const { timeout, signal } = options;
  const reason = signal?.aborted ? 'its caller gave it up' : `its caller waited for ${timeout} ms`;
  const { cancelled, end } = await cancel(queue, job, reason);
  // It ended as the caller gave up: its own error says more.
  if (cancelled === 'finished') return error;
  const details = { jobId: job.id, ...(cancelled && { cancelled }) };
  if (signal?.aborted) return abortedError(`job \`${job.id}\` ${end}`, signal, details);
  const message = `Job \`${job.id}\` did not finish within ${timeout} ms; it ${end}.`;
  return new JobsError('JOBS_TIMEOUT', message, { details });
}

/** Says how a cancellation went. */
interface Cancellation {
  readonly cancelled?: CancelResult;
  /** Tells the caller about the job. */
  readonly end: string;
}

async function cancel(queue: CallingQueue, job: Job, reason: string): Promise<Cancellation> {
  if (job.duplicate === true) return { end: 'goes on, as another call created it' };
  try {
    const cancelled = await queue.cancelJob(job.id, { reason });
    const stops = { cancelled: 'was cancelled', requested: 'was asked to stop' };
    return { cancelled, end: stops[cancelled as keyof typeof stops] ?? 'is gone' };
  } catch (failure) {
    return { end: `could not be cancelled and goes on: ${toError(failure).message}` };
  }
}

/** A job in a transaction cannot run before that ends, and that would wait for the call. */
function refuseTransaction({ transaction }: EnqueueOptions): void {
  if (transaction === undefined) return;
  const advice = 'Enqueue the job in the transaction, commit, then call `waitFor`.';
  throw invalidArgument('transaction', 'absent from the options of a call', transaction, advice);
}

function abortedError(end: string, signal: AbortSignal, details: Record<string, unknown> = {}) {
  const message = `The call was given up; ${end}`;
  return new JobsError('JOBS_ABORTED', message, { cause: signal.reason, details });
}

function nameOf(job: JobDefinition | string): string {
  return typeof job === 'string' ? job : job.name;
}
