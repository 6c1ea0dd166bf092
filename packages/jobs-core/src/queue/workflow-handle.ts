import { checkInteger, checkOptions, invalidArgument } from '../check/argument.ts';
import type { CancelResult } from '../contract/backend.ts';
import { type HeldKey, jobNotFoundError, keysHeldError } from '../errors/error-factories.ts';
import { isJobsError } from '../errors/jobs-error.ts';
import { levelsOf } from './levels-of.ts';
import type { IQueue, WaitOptions } from './queue-interface.ts';
import { hasEnded, hasFailedItself, readWorkflow } from './read-workflow.ts';
import type {
  CancelWorkflowOptions,
  ReadWorkflowOptions,
  Workflow,
  WorkflowActionOptions,
  WorkflowGraph,
  WorkflowNode,
} from './workflow.ts';
import { WorkflowAction } from './workflow-action.ts';

/** The number of jobs that `read` returns at most: a batch of 10,000, and some more. */
const MOST = { usual: 11_000, ever: 20_000 } as const;

/** How many jobs are cancelled at once. */
const AT_ONCE = 25;

/** How many jobs one call to the store retries: it looks at what else of the workflow comes back once a call. */
const RETRIED_AT_ONCE = 500;

const ACTION_OPTIONS = ['dryRun', 'onProgress', 'signal'];

/** Names a job, and the queue that acts on it. */
interface JobInQueue {
  readonly queue: IQueue;
  readonly id: string;
  readonly finishedAt: Date | undefined;
}

/** Implements {@link Workflow} over the queue of its last job, and the queues made together with that. */
export class WorkflowHandle implements Workflow {
  readonly id: string;
  readonly #queue: IQueue;
  /** Finds the queues made together with that of the last job, itself among them. */
  readonly #group: () => readonly IQueue[];

  constructor(id: string, queue: IQueue, group: () => readonly IQueue[]) {
    this.id = id;
    this.#queue = queue;
    this.#group = group;
  }

  async read(options: ReadWorkflowOptions = {}): Promise<WorkflowGraph> {
    checkOptions('read', options, ['limit']);
    const { limit = MOST.usual } = options;
    checkInteger('limit', limit, { min: 1, max: MOST.ever });
    return this.#read(limit);
  }

  waitFor(options?: WaitOptions): Promise<unknown> {
    return this.#queue.waitFor(this.id, options);
  }

  async cancel(options: string | CancelWorkflowOptions = {}): Promise<number> {
    const given = typeof options === 'string' ? { reason: options } : options;
    checkOptions('cancel', given, ['reason', 'force', 'status', ...ACTION_OPTIONS]);
    const { dryRun, onProgress, signal, ...how } = given;
    const action = new WorkflowAction({ dryRun, onProgress, signal });
    // Those that wait come before those they wait for: otherwise they would fail, not be cancelled.
    const levels = this.#levels(await this.#readAll(signal), (node) => !hasEnded(node));
    const cancel = ({ queue, id }: JobInQueue): Promise<CancelResult> => queue.cancelJob(id, how);
    if (await action.begin(levels)) await cancelEach(levels, cancel, action);
    return action.changed;
  }

  async retryFailed(options: WorkflowActionOptions = {}): Promise<number> {
    checkOptions('retryFailed', options, ACTION_OPTIONS);
    const action = new WorkflowAction(options);
    const held: HeldKey[] = [];
    const retry = async (isWanted: (node: WorkflowNode) => boolean, graph: WorkflowGraph) => {
      // Those they wait for come first, so that none fails again for one that is still to be retried.
      const levels = this.#levels(graph, isWanted).reverse();
      const begins = await action.begin(levels);
      if (begins) await retryEach(levels, held, action);
      return begins;
    };
    const graph = await this.#readAll(options.signal);
    const areRetried = await retry(hasFailedItself, graph);
    const failedForOthers = new Set(graph.nodes.filter(isForAnother).map(nameOf));
    if (areRetried && failedForOthers.size > 0) {
      const isLeft = (node: WorkflowNode) =>
        isLeftBehind(node) && failedForOthers.has(nameOf(node));
      await retry(isLeft, await this.#readAll(options.signal));
    }
    if (held.length > 0 && !action.isStopped)
      throw keysHeldError({ retried: action.changed, held });
    return action.changed;
  }

  /** Reads all of the jobs: those left out would go on, or stay failed. */
  #readAll(signal: AbortSignal | undefined): Promise<WorkflowGraph> {
    return this.#read(Number.POSITIVE_INFINITY, signal);
  }

  async #read(limit: number, signal?: AbortSignal): Promise<WorkflowGraph> {
    const { backend, clock, name: queueName } = this.#queue;
    const record = await backend.get({ id: this.id });
    if (record === undefined) throw jobNotFoundError(this.id);
    return readWorkflow({ backend, queueName, record, limit, signal, now: clock.now() });
  }

  /** Finds jobs, with their queues, before any of them is changed: those that wait before those they wait for. */
  #levels(graph: WorkflowGraph, isWanted: (node: WorkflowNode) => boolean): JobInQueue[][] {
    const queues = new Map([this.#queue, ...this.#group()].map((queue) => [queue.name, queue]));
    return levelsOf(graph).map((level) => {
      const nodes = level.map((place) => graph.nodes[place] as WorkflowNode);
      return nodes.filter(isWanted).map((node) => inQueue(node, queues));
    });
  }
}

/** Cancels the jobs of a level, some at once, before those of the next one. */
async function cancelEach(
  levels: readonly (readonly JobInQueue[])[],
  cancel: (job: JobInQueue) => Promise<CancelResult>,
  action: WorkflowAction,
): Promise<void> {
  for (const level of levels) {
    for (let start = 0; start < level.length; start += AT_ONCE) {
      if (action.isStopped) return;
      const answers = await Promise.all(level.slice(start, start + AT_ONCE).map(cancel));
      const requested = answers.filter((answer) => answer === 'requested').length;
      const cancelled = answers.filter((answer) => answer === 'cancelled').length;
      await action.count(answers.length, cancelled + requested, requested);
    }
  }
}

/** Retries the jobs of a level before those of the next one; notes those whose keys others hold. */
async function retryEach(
  levels: readonly (readonly JobInQueue[])[],
  held: HeldKey[],
  action: WorkflowAction,
): Promise<void> {
  for (const level of levels) {
    for (const queue of new Set(level.map((job) => job.queue))) {
      const jobs = level.filter((job) => job.queue === queue);
      for (let start = 0; start < jobs.length; start += RETRIED_AT_ONCE) {
        if (action.isStopped) return;
        const batch = jobs.slice(start, start + RETRIED_AT_ONCE);
        await action.count(batch.length, await retryTogether(queue, batch, held));
      }
    }
  }
}

/** Retries some jobs of a queue. Of several, a store leaves those alone whose keys others hold: each of them is tried again. */
async function retryTogether(
  queue: IQueue,
  jobs: readonly JobInQueue[],
  held: HeldKey[],
): Promise<number> {
  const isOne = jobs.length === 1;
  let retried = isOne ? 0 : await queue.backend.retry({ ids: jobs.map(({ id }) => id) });
  if (retried === jobs.length) return retried;
  for (const job of jobs) {
    const now = isOne ? undefined : await queue.backend.get({ id: job.id });
    // Another one may have run again meanwhile, and failed.
    const isAsRead = isOne || now?.finishedAt === (job.finishedAt?.getTime() ?? Number.NaN);
    if (isAsRead) retried += await retryUnlessHeld(job, held);
  }
  return retried;
}

/** Retries a job; one whose key another job holds is noted, and stays as it is. */
async function retryUnlessHeld({ queue, id }: JobInQueue, held: HeldKey[]): Promise<number> {
  try {
    return await queue.backend.retry({ ids: [id] });
  } catch (error) {
    const heldBy = isJobsError(error, 'JOBS_CONFLICT') ? error.details?.['heldBy'] : undefined;
    if (typeof heldBy !== 'string') throw error;
    held.push({ queueName: queue.name, jobId: id, heldBy });
    return 0;
  }
}

function isForAnother({ isDependencyFailure }: WorkflowNode): boolean {
  return isDependencyFailure === true;
}

/** Returns whether a job failed for others and stayed behind when these were retried, since another job holds its key. */
function isLeftBehind(node: WorkflowNode): boolean {
  return hasFailedItself(node) && node.error?.code === 'JOBS_DEPENDENCY_FAILED';
}

function nameOf({ queueName, id }: WorkflowNode): string {
  return JSON.stringify([queueName, id]);
}

function inQueue(
  { queueName, id, finishedAt }: WorkflowNode,
  queues: ReadonlyMap<string, IQueue>,
): JobInQueue {
  const queue = queues.get(queueName);
  if (queue !== undefined) return { queue, id, finishedAt };
  throw invalidArgument(
    'workflow',
    'one whose jobs are in queues made together, by `createQueues`',
    `job \`${id}\` in queue \`${queueName}\``,
    'Make both queues with one `createQueues`, and call this on one of them.',
  );
}
