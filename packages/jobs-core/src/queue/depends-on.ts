import { invalidArgument } from '../check/argument.ts';
import type { NewJob } from '../contract/new-job.ts';
import type { DependencyFailure, JobRef } from '../contract/workflow-store.ts';
import { checkId, checkName, isId } from '../job/check-name.ts';
import type { EnqueueOptions } from './enqueue-options.ts';

/** The largest number of jobs that one job may wait for. */
export const MOST_DEPENDENCIES = 10_000;

/** Names a job of a queue of the same store. A `Job` is one, too. */
export interface JobOfQueue {
  /** The job's id. */
  readonly id: string;
  /** The queue, or its name. @default `queueName`, or the queue that enqueues */
  readonly queue?: string | { readonly name: string } | undefined;
  /** The name of the queue, as a `Job` has it. */
  readonly queueName?: string | undefined;
}

/** Is an item of the same `enqueueMany`, the very object. */
export interface ItemOfCall {
  /** The definition, or its name. */
  readonly job: unknown;
  /** The payload. */
  readonly payload?: unknown;
}

/** Says which jobs a job waits for. */
export interface DependencyOptions {
  /**
   * The jobs to wait for, up to 10,000: a job, an id of this queue, `{ queue, id }` for one of another queue of the same store, or
   * an item of the same `enqueueMany`. The job is `blocked` until all of them have ended.
   */
  readonly dependsOn?: readonly (string | JobOfQueue | ItemOfCall)[] | undefined;
  /**
   * Says what a job does when one of those fails, is cancelled or is removed: `fail` at once with
   * `JOBS_DEPENDENCY_FAILED`, or `continue` when all have ended. @default 'fail'
   */
  readonly onDependencyFailure?: DependencyFailure | undefined;
}

/** Checks what a job waits for. @throws JobsError `JOBS_INVALID_ARGUMENT` */
export function checkDependsOn({ dependsOn, onDependencyFailure }: DependencyOptions): void {
  if (
    onDependencyFailure !== undefined &&
    onDependencyFailure !== 'fail' &&
    onDependencyFailure !== 'continue'
  ) {
    throw invalidArgument('onDependencyFailure', "'fail' or 'continue'", onDependencyFailure);
  }
  if (dependsOn === undefined) return;
  if (!Array.isArray(dependsOn) || dependsOn.length > MOST_DEPENDENCIES) {
    throw invalidArgument(
      'dependsOn',
      `an array of at most ${MOST_DEPENDENCIES} jobs or ids`,
      dependsOn,
    );
  }
}

/**
 * Returns the fields by which a stored job waits for others, each once; nothing if it waits for none.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function dependenciesOf(
  { dependsOn, onDependencyFailure = 'fail' }: EnqueueOptions,
  queueName: string,
): Pick<NewJob, 'dependsOn' | 'onDependencyFailure'> {
  if (dependsOn === undefined || dependsOn.length === 0) return {};
  const refs = dependsOn.map((given, index) => refOf(given, index, queueName));
  return { dependsOn: refs.length === 1 ? refs : withoutRepeats(refs), onDependencyFailure };
}

/** Leaves out jobs that were named before. */
function withoutRepeats(refs: readonly JobRef[]): JobRef[] {
  const known = new Map<string, Set<string>>();
  return refs.filter(({ queueName, id }) => {
    const ids = known.get(queueName) ?? new Set();
    if (ids.size === 0) known.set(queueName, ids);
    return ids.size < ids.add(id).size;
  });
}

function refOf(given: string | JobOfQueue | ItemOfCall, index: number, queueName: string): JobRef {
  if (typeof given === 'string' && isId(given)) return { queueName, id: given };
  // A batch has thousands: the name of a field is made only where an error may quote it.
  const field = `dependsOn[${index}]`;
  if (typeof given === 'string') return { queueName, id: checkId(field, given) };
  if (typeof given === 'object' && given !== null && 'id' in given) {
    const { id, queue = given.queueName ?? queueName } = given;
    const name = typeof queue === 'string' ? queue : queue?.name;
    return { queueName: checkName(`${field}.queue`, name), id: checkId(`${field}.id`, id) };
  }
  const isItem = typeof given === 'object' && given !== null && 'job' in given;
  const advice = isItem ? 'An item must be one of the same `enqueueMany` call.' : '';
  throw invalidArgument(field, 'a job, an id or `{ queue, id }`', given, advice);
}

/** Refuses dependencies of a job that is stored by other means than a workflow. @throws JobsError `JOBS_INVALID_ARGUMENT` */
export function refuseDependsOn(options: DependencyOptions | undefined): void {
  if (options?.dependsOn === undefined) return;
  const advice = 'A schedule cannot fire jobs with dependencies; let a handler enqueue them.';
  throw invalidArgument(
    'dependsOn',
    'absent from a job to be stored later',
    options.dependsOn,
    advice,
  );
}
