import { checkInteger, checkOptions, invalidArgument } from '../check/argument.ts';
import { jobNotFoundError } from '../errors/error-factories.ts';
import { lastFirst } from './last-first.ts';
import type { CancelOptions, IQueue, WaitOptions } from './queue-interface.ts';
import { hasEnded, hasFailedItself, readWorkflow } from './read-workflow.ts';
import type { ReadWorkflowOptions, Workflow, WorkflowGraph, WorkflowNode } from './workflow.ts';

/** The number of jobs read at most: a batch of 10,000, and some more. */
const MOST = { usual: 11_000, ever: 20_000 } as const;

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
    const { backend, clock, name: queueName } = this.#queue;
    const record = await backend.get({ id: this.id });
    if (record === undefined) throw jobNotFoundError(this.id);
    return readWorkflow({ backend, queueName, record, limit, now: clock.now() });
  }

  waitFor(options?: WaitOptions): Promise<unknown> {
    return this.#queue.waitFor(this.id, options);
  }

  async cancel(options: string | Omit<CancelOptions, 'strict'> = {}): Promise<number> {
    // Those that wait come before those they wait for: otherwise they would fail, not be cancelled.
    const nodes = await this.#nodes((node) => !hasEnded(node));
    let cancelled = 0;
    for (const { queue, id } of nodes) {
      const answer = await queue.cancelJob(id, options);
      if (answer === 'cancelled' || answer === 'requested') cancelled += 1;
    }
    return cancelled;
  }

  async retryFailed(): Promise<number> {
    const nodes = await this.#nodes(hasFailedItself);
    let retried = 0;
    // Those they wait for come first, so that none fails again for one that is still to be retried.
    for (const { queue, id } of nodes.reverse()) {
      retried += await queue.backend.retry({ ids: [id] });
    }
    return retried;
  }

  /** Finds jobs, with their queues, before any of them is changed: those that wait before those they wait for. */
  async #nodes(
    isWanted: (node: WorkflowNode) => boolean,
  ): Promise<{ readonly queue: IQueue; readonly id: string }[]> {
    const graph = await this.read({ limit: MOST.ever });
    const nodes = lastFirst(graph).map((place) => graph.nodes[place] as WorkflowNode);
    const queues = new Map([this.#queue, ...this.#group()].map((queue) => [queue.name, queue]));
    return nodes.filter(isWanted).map(({ queueName, id }) => {
      const queue = queues.get(queueName);
      if (queue !== undefined) return { queue, id };
      throw invalidArgument(
        'workflow',
        'one whose jobs are in queues made together, by `createQueues`',
        `job \`${id}\` in queue \`${queueName}\``,
        'Make both queues with one `createQueues`, and call this on one of them.',
      );
    });
  }
}
