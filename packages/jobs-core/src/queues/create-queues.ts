import { checkObject, checkOptions, invalidArgument } from '../check/argument.ts';
import { suggestionFor } from '../check/suggestion.ts';
import type { BackendFactory } from '../contract/backend.ts';
import { isJobsError, JobsError } from '../errors/jobs-error.ts';
import { checkName } from '../job/check-name.ts';
import type { JobDefinition } from '../job/job-definition.ts';
import { withoutUndefined } from '../job/vary-definition.ts';
import type { JobDefinitions } from '../queue/known-jobs.ts';
import { Queue } from '../queue/queue.ts';
import { QUEUE_OPTION_NAMES, type QueueOptions } from '../queue/queue-options.ts';
import { Queues } from './queues.ts';
import type {
  IQueues,
  JobsByQueue,
  JobsOfParts,
  QueuePart,
  QueueParts,
} from './queues-interface.ts';

/**
 * The options that many queues share. Those of one queue win; its middleware runs within this one, and its
 * `defaultJobOptions` are added one by one.
 */
export interface SharedQueueOptions<TShared extends JobDefinitions = JobDefinitions>
  extends Omit<QueueOptions<TShared>, 'name'> {
  /** Definitions that each belong to the queue their own `queue` names. @default [] */
  readonly jobs?: TShared | undefined;
}

/** The options of many queues over a given backend. */
export interface BackendQueuesOptions<TShared extends JobDefinitions = JobDefinitions>
  extends SharedQueueOptions<TShared> {
  /** Makes the backend of each queue: `memoryBackend()` and the like. All share its store and its connections. */
  readonly backend: BackendFactory;
}

const PART_NAMES = QUEUE_OPTION_NAMES.filter((name) => name !== 'name');

/**
 * Makes many queues over one store, used as one. The backends' packages export a `createQueues` of their own with the
 * backend filled in.
 *
 * @param parts - the options of each queue, by its name
 * @param options - what they share
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function createQueues<
  const TParts extends QueueParts,
  const TShared extends JobDefinitions = readonly [],
>(
  parts: TParts,
  options: BackendQueuesOptions<TShared>,
): IQueues<keyof TParts & string, JobsOfParts<TParts, TShared>, JobsByQueue<TParts>> {
  checkOptions('options', options, [...PART_NAMES, 'backend']);
  const { jobs = [], backend, ...shared } = options;
  if (typeof backend !== 'function') {
    throw invalidArgument('backend', 'a factory such as `memoryBackend()`', backend);
  }
  const names = checkParts(parts);
  checkShape(options);
  for (const job of jobs as JobDefinitions) checkPlace(job, names);
  const queues = names.map((name) => {
    const part = (parts as QueueParts)[name] as QueuePart;
    const routed = (jobs as JobDefinitions).filter((job) => job.options.queue === name);
    try {
      checkShape(part);
      const own = join(shared, part);
      const queue = new Queue({ ...own, name, backend, jobs: [...(own.jobs ?? []), ...routed] });
      warnOfLostLetters(queue, own.deadLetter, names);
      return queue;
    } catch (error) {
      throw ofQueue(name, error);
    }
  });
  return new Queues(queues) as unknown as IQueues<
    keyof TParts & string,
    JobsOfParts<TParts, TShared>,
    JobsByQueue<TParts>
  >;
}

/** Names the queue whose options are wrong. */
function ofQueue(name: string, error: unknown): unknown {
  if (!isJobsError(error)) return error;
  return new JobsError(error.code, `Queue \`${name}\`: ${error.message}`, {
    cause: error,
    details: { ...error.details, queue: name },
  });
}

function checkParts(parts: unknown): readonly string[] {
  if (typeof parts !== 'object' || parts === null || Array.isArray(parts)) {
    throw invalidArgument('queues', 'an object: the options of each queue by its name', parts);
  }
  const names = Object.keys(parts);
  if (names.length === 0) throw invalidArgument('queues', 'at least one queue', parts);
  for (const name of names) {
    checkName('queues', name);
    checkOptions(`queues.${name}`, (parts as QueueParts)[name], PART_NAMES);
  }
  return names;
}

/** Checks what is taken apart before a queue could check it. */
function checkShape({ jobs, defaultJobOptions }: QueuePart): void {
  if (jobs !== undefined && !Array.isArray(jobs)) {
    throw invalidArgument('jobs', 'an array of definitions', jobs);
  }
  if (defaultJobOptions !== undefined) checkObject('defaultJobOptions', defaultJobOptions);
}

function checkPlace(job: JobDefinition, names: readonly string[]): void {
  const { queue } = job?.options ?? {};
  if (queue !== undefined && names.includes(queue)) return;
  const why = queue === undefined ? 'says none' : `says \`${queue}\``;
  throw new JobsError(
    'JOBS_INVALID_ARGUMENT',
    `Expected each of the shared \`jobs\` to have one of the queues ${names.join(', ')} as its \`queue\`, but ` +
      `\`${job?.name}\` ${why}. Give its definition a \`queue\`, or list it in the \`jobs\` of one queue.`,
    { details: { field: 'jobs', name: job?.name } },
  );
}

/**
 * Warns of a queue for letters whose name is nearly that of another one here: letters would lie where no process looks.
 * A name with one of theirs whole in it, as `mails.dl`, is no slip.
 */
function warnOfLostLetters(
  queue: Queue,
  ofQueue: string | undefined,
  names: readonly string[],
): void {
  const given = queue.getDefinitions().map(({ options }) => options.deadLetter);
  for (const deadLetter of new Set([ofQueue, ...given])) {
    if (deadLetter === undefined || names.includes(deadLetter)) continue;
    const isNamedAfter = (name: string): boolean =>
      deadLetter.length > name.length + 1 && deadLetter.includes(name);
    const others = names.filter((name) => name !== queue.name && !isNamedAfter(name));
    const meant = suggestionFor(deadLetter, others);
    if (meant === undefined) continue;
    queue.logger.warn(
      `Queue \`${queue.name}\` leaves dead letters in queue \`${deadLetter}\`, which is not made here. Did you mean \`${meant}\`?`,
    );
  }
}

function join(shared: QueuePart, own: QueuePart): QueuePart {
  const given = Object.entries(own).filter(([, value]) => value !== undefined);
  const list = <T>(value: T | readonly T[] | undefined): readonly T[] =>
    value === undefined ? [] : ([value].flat() as T[]);
  return {
    ...shared,
    ...(Object.fromEntries(given) as QueuePart),
    defaultJobOptions: {
      ...shared.defaultJobOptions,
      ...withoutUndefined(own.defaultJobOptions ?? {}),
    },
    middleware: [...list(shared.middleware), ...list(own.middleware)],
    enqueueMiddleware: [...list(shared.enqueueMiddleware), ...list(own.enqueueMiddleware)],
  };
}
