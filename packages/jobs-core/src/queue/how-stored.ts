import { checkOptions, checkSignal, invalidArgument } from '../check/argument.ts';
import type { Backend } from '../contract/backend.ts';
import type { NewJob } from '../contract/new-job.ts';
import type { StepEntry } from '../contract/step-store.ts';
import { notSupported } from '../errors/error-factories.ts';
import { JobsError } from '../errors/jobs-error.ts';
import type { ParentOfJobs } from './add-dependents.ts';
import type { EnqueueManyOptions, EnqueueOptions } from './enqueue-options.ts';

/** Says how jobs are stored, by options of the call; the middleware does not see them. */
export interface HowStored {
  /** The caller's transaction. */
  readonly transaction?: unknown;
  /** Ends the call before it reaches the store. */
  readonly signal?: AbortSignal | undefined;
  /** The running job that waits for them. */
  readonly parent?: ParentOfJobs;
  /** Entries that the steps of the job have left already. */
  readonly steps?: readonly StepEntry[];
}

const NAMES = ['transaction', 'signal'] as const;

/** Takes the options of the call out of those of a job. @throws JobsError as {@link checkHowStored} */
export function takeHowStored(
  { transaction, signal, ...options }: EnqueueOptions,
  backend: Pick<Backend, 'capabilities' | 'name'>,
): { readonly options: EnqueueOptions; readonly how: HowStored } {
  return { options, how: checkHowStored({ transaction, signal }, backend) };
}

/**
 * Checks the options of a call.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`; `JOBS_NOT_SUPPORTED` for a transaction that the backend does not take;
 * `JOBS_ABORTED`
 */
export function checkHowStored(
  options: EnqueueManyOptions,
  { capabilities, name }: Pick<Backend, 'capabilities' | 'name'>,
): HowStored {
  checkOptions('options', options, NAMES);
  const { transaction, signal } = options;
  checkSignal('signal', signal);
  if (transaction !== undefined && !capabilities.transactions) {
    throw notSupported(name, 'transactions');
  }
  refuseAborted({ signal });
  return { transaction, signal };
}

/** Ensures that the options of one of many jobs hold none of a call. @throws JobsError `JOBS_INVALID_ARGUMENT` */
export function refuseHowStored(options: EnqueueOptions): void {
  for (const name of NAMES) {
    if (options[name] === undefined) continue;
    const advice = `Give it to the call: \`enqueueMany(items, { ${name} })\`.`;
    throw invalidArgument(
      name,
      'absent from the options of one of many jobs',
      options[name],
      advice,
    );
  }
}

/** Ends a call whose signal has aborted, before it stores anything. @throws JobsError `JOBS_ABORTED` */
export function refuseAborted({ signal }: HowStored): void {
  if (!signal?.aborted) return;
  const message = 'The call was given up; nothing was stored.';
  throw new JobsError('JOBS_ABORTED', message, { cause: signal.reason });
}

/** Makes what a backend adds. */
export function toAdd(
  jobs: readonly NewJob[],
  { transaction }: HowStored,
): Parameters<Backend['add']>[0] {
  return transaction === undefined ? { jobs } : { jobs, transaction };
}
