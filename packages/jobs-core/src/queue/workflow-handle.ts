import { checkInteger, checkOptions, invalidArgument } from '../check/argument.ts';
import { jobNotFoundError } from '../errors/error-factories.ts';
import { levelsOf } from './levels-of.ts';
import type { CancelOptions, IQueue, WaitOptions } from './queue-interface.ts';
import { hasEnded, hasFailedItself, readWorkflow } from './read-workflow.ts';
import type { ReadWorkflowOptions, Workflow, WorkflowGraph, WorkflowNode } from './workflow.ts';

/** The number of jobs that `read` returns at most: a batch of 10,000, and some more. */
const MOST = { usual: 11_000, ever: 20_000 } as const;

/** How many jobs are cancelled or retried at once. */
const AT_ONCE = 25;

/** Names a job, and the queue that acts on it. */
interface JobInQueue {
  readonly queue: IQueue;
  readonly id: string;
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

  async cancel(options: string | Omit<CancelOptions, 'strict'> = {}): Promise<number> {
    // Those that wait come before those they wait for: otherwise they would fail, not be cancelled.
    const levels = await this.#levels((node) => !hasEnded(node));
    return countEach(levels, async ({ queue, id }) => {
      const answer = await queue.cancelJob(id, options);
      return answer === 'cancelled' || answer === 'requested' ? 1 : 0;
    });
  }

  async retryFailed(): Promise<number> {
    const levels = await this.#levels(hasFailedItself);
    // Those they wait for come first, so that none fails again for one that is still to be retried.
    return countEach(levels.reverse(), ({ queue, id }) => queue.backend.retry({ ids: [id] }));
  }

  async #read(limit: number): Promise<WorkflowGraph> {
    const { backend, clock, name: queueName } = this.#queue;
    const record = await backend.get({ id: this.id });
    if (record === undefined) throw jobNotFoundError(this.id);
    return readWorkflow({ backend, queueName, record, limit, now: clock.now() });
  }

  /** Finds jobs, with their queues, before any of them is changed: those that wait before those they wait for. */
  async #levels(isWanted: (node: WorkflowNode) => boolean): Promise<JobInQueue[][]> {
    // All of them: those left out would go on, or stay failed.
    const graph = await this.#read(Number.POSITIVE_INFINITY);
    const queues = new Map([this.#queue, ...this.#group()].map((queue) => [queue.name, queue]));
    return levelsOf(graph).map((level) => {
      const nodes = level.map((place) => graph.nodes[place] as WorkflowNode);
      return nodes.filter(isWanted).map((node) => inQueue(node, queues));
    });
  }
}

/** Acts on the jobs of a level, some at once, before those of the next one; returns the sum. */
async function countEach(
  levels: readonly (readonly JobInQueue[])[],
  act: (job: JobInQueue) => Promise<number>,
): Promise<number> {
  let sum = 0;
  for (const level of levels) {
    for (let start = 0; start < level.length; start += AT_ONCE) {
      const counts = await Promise.all(level.slice(start, start + AT_ONCE).map(act));
      for (const count of counts) sum += count;
    }
  }
  return sum;
}

function inQueue({ queueName, id }: WorkflowNode, queues: ReadonlyMap<string, IQueue>): JobInQueue {
  const queue = queues.get(queueName);
  if (queue !== undefined) return { queue, id };
  throw invalidArgument(
    'workflow',
    'one whose jobs are in queues made together, by `createQueues`',
    `job \`${id}\` in queue \`${queueName}\``,
    'Make both queues with one `createQueues`, and call this on one of them.',
  );
}
