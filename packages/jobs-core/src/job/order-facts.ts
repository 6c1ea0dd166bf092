import { checkTime, invalidArgument } from '../check/argument.ts';
import { isThenable } from '../check/is-thenable.ts';
import type { TimeValue } from '../check/time-value.ts';
import type { JobOrder } from '../contract/order-store.ts';
import { JobsError } from '../errors/jobs-error.ts';
import { utf8Bytes } from '../json/utf8-bytes.ts';
import type { JobDefinition } from './job-definition.ts';

/** The longest key, in bytes of UTF-8. */
const MAX_KEY_BYTES = 256;
const WEIGHTS = { min: 0.001, max: 1000 } as const;

/** Says where one job stands in the order of its queue. */
export interface OrderOptions {
  /**
   * The key whose jobs take turns with those of other keys in a `fair` queue, such as a tenant: 1 to 256 bytes.
   * @default the definition's `fairKey`, else one key for all jobs without any
   */
  readonly fairKey?: string | undefined;
  /** The weight of the job in a `fair` queue, 0.001 to 1,000: twice the weight, twice the starts. @default 1 */
  readonly weight?: number | undefined;
  /** The time by which it is to start in a `deadline` queue. @default none: it goes last */
  readonly deadline?: TimeValue | undefined;
}

/** The names of {@link OrderOptions}. */
export const ORDER_OPTION_NAMES = ['fairKey', 'weight', 'deadline'] as const;

/** Maps the names that other systems use for these options to ours. */
export const ORDER_SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['fairnesskey', 'fairKey'],
  ['groupid', 'fairKey'],
  ['partitionkey', 'fairKey'],
  ['tenant', 'fairKey'],
  ['share', 'weight'],
  ['dueat', 'deadline'],
  ['duedate', 'deadline'],
  ['finishby', 'deadline'],
]);

/** Checks the order options of one `enqueue`. @throws JobsError `JOBS_INVALID_ARGUMENT` */
export function checkOrderOptions({ fairKey, weight, deadline }: OrderOptions): void {
  if (fairKey !== undefined) checkFairKey(fairKey);
  if (weight !== undefined) checkWeight(weight);
  if (deadline !== undefined) checkTime('deadline', deadline);
}

/** Checks the order options of a definition. @throws JobsError `JOBS_INVALID_ARGUMENT` */
export function checkOrderFunctions(options: JobDefinition['options']): void {
  const { fairKey, weight, deadline } = options;
  if (fairKey !== undefined && typeof fairKey !== 'function') {
    throw invalidArgument('fairKey', 'a function `(payload) => string`', fairKey);
  }
  if (weight !== undefined && typeof weight !== 'function') checkWeight(weight);
  if (deadline === undefined || typeof deadline === 'function') return;
  const advice = 'Give a fixed deadline when the job is enqueued.';
  throw invalidArgument('deadline', 'a function `(payload) => Date`', deadline, advice);
}

/** Returns whether a definition computes its place from the payload. */
export function hasOrderFunction({ options }: JobDefinition): boolean {
  const { fairKey, weight, deadline } = options;
  return fairKey !== undefined || deadline !== undefined || typeof weight === 'function';
}

/**
 * Computes the order options that the functions of a definition give to a job, from its payload as the handler gets it.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` when a function throws or returns something else than it should
 */
export function computeOrder(
  definition: JobDefinition,
  payload: unknown,
  given: OrderOptions,
): OrderOptions {
  const { fairKey, weight, deadline } = definition.options;
  const ask = (field: keyof OrderOptions, make: unknown): unknown =>
    given[field] === undefined && typeof make === 'function'
      ? askFor(field, make as (payload: unknown) => unknown, definition, payload)
      : given[field];
  const made = {
    fairKey: ask('fairKey', fairKey),
    weight: ask('weight', weight),
    deadline: ask('deadline', deadline),
  } as OrderOptions;
  checkOrderOptions(made);
  return made;
}

/** Turns checked options into the facts to store; nothing for a job without any. */
export function orderFacts(
  { fairKey, weight, deadline }: OrderOptions,
  standardWeight?: number,
): JobOrder | undefined {
  const own = weight ?? standardWeight;
  if ((fairKey ?? own ?? deadline) === undefined) return undefined;
  return {
    ...(fairKey !== undefined && { fairKey }),
    ...(own !== undefined && own !== 1 && { weight: own }),
    ...(deadline !== undefined && { deadlineAt: Math.ceil(checkTime('deadline', deadline)) }),
  };
}

function checkFairKey(key: unknown): void {
  if (typeof key === 'string' && key !== '' && utf8Bytes(key) <= MAX_KEY_BYTES) return;
  throw invalidArgument('fairKey', `1 to ${MAX_KEY_BYTES} bytes of text`, key);
}

function checkWeight(weight: unknown): void {
  const { min, max } = WEIGHTS;
  if (typeof weight === 'number' && weight >= min && weight <= max) return;
  throw invalidArgument('weight', `a number from ${min} to ${max}`, weight);
}

function askFor(
  field: string,
  ask: (payload: unknown) => unknown,
  { name }: JobDefinition,
  payload: unknown,
): unknown {
  let made: unknown;
  try {
    made = ask(payload);
  } catch (cause) {
    throw new JobsError(
      'JOBS_INVALID_ARGUMENT',
      `Expected \`${field}\` of job \`${name}\` to return a value, but it threw. It gets the payload as the handler does.`,
      { cause, details: { field, name } },
    );
  }
  if (!isThenable(made)) return made;
  // An unhandled rejection would otherwise end the process.
  made.then(undefined, () => undefined);
  throw new JobsError(
    'JOBS_INVALID_ARGUMENT',
    `Expected \`${field}\` of job \`${name}\` to return a value at once, got a promise. Compute it before you enqueue the job, and put it in the payload.`,
    { details: { field, name } },
  );
}
