import {
  type AddResult,
  type DependencyPage,
  type DependencyRecord,
  dependencyCircleError,
  dependencyNotFoundError,
  type JobRef,
  type MaybePromise,
  type NewJob,
  type WorkflowStore,
} from '@philjs/jobs-core/backend';
import { dependencyRecord } from '@philjs/jobs-core/internal';
import { copyFact } from '../state/job-copy.ts';
import type { QueueState } from '../state/queue-state.ts';
import { rareOf, type StoredJob } from '../state/stored-job.ts';
import { WorkflowNode } from '../workflow/workflow-node.ts';

/** Gives access to the queues of one store. */
interface Queues {
  /** The name of the backend's own queue. */
  readonly queueName: string;
  /** Returns its state, without jobs that have expired. */
  readonly own: () => QueueState;
  /** Finds the state of any queue of the store. */
  readonly find: (queueName: string) => QueueState | undefined;
}

/** Stores jobs that wait for each other, in whatever queue of the store they are. */
export class MemoryWorkflowStore implements WorkflowStore {
  readonly #queues: Queues;

  constructor(queues: Queues) {
    this.#queues = queues;
  }

  /** Stores jobs that wait for others. */
  add({ jobs }: Parameters<WorkflowStore['add']>[0]): MaybePromise<readonly AddResult[]> {
    try {
      const state = this.#queues.own();
      state.intake.refuseTaken(jobs);
      this.#refuseMissing(state, jobs);
      return this.#addAll(state, jobs);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Stores jobs that the job of a lease waits for. */
  async addChildren({
    lease,
    jobs,
    onDependencyFailure,
  }: Parameters<WorkflowStore['addChildren']>[0]): Promise<readonly AddResult[] | undefined> {
    const state = this.#queues.own();
    const { queueName } = this.#queues;
    const parent = state.table.get(lease.id);
    if (parent?.status !== 'active' || parent.fencingToken !== lease.fencingToken) return undefined;
    state.intake.refuseTaken(jobs);
    this.#refuseMissing(state, jobs);
    const node = this.#nodeOf(state, { queueName, id: lease.id });
    if (node === undefined) return undefined;
    this.#refuseCircles(state, node, jobs);
    const results = this.#addAll(state, jobs);
    for (const { id } of results) {
      const child = this.#nodeOf(state, { queueName, id });
      if (child !== undefined) node.waitFor(child, onDependencyFailure === 'fail', true);
    }
    return results;
  }

  /** Reads a page of the jobs that a job waits for. */
  async dependencies(
    params: Parameters<WorkflowStore['dependencies']>[0],
  ): Promise<DependencyPage> {
    const { job, unmet = false, withoutResults = false, cursor, limit } = params;
    const node = this.#tableOf(this.#queues.own(), job.queueName)?.get(job.id)?.rare?.node;
    const dependencies: DependencyRecord[] = [];
    if (node === undefined) return { dependencies };
    const from = cursor === undefined ? 0 : Number(cursor);
    let at = 0;
    for (const [dependency, { state, isChild, isVital }] of node.dependsOn) {
      if (at >= from && dependencies.length === limit) return { dependencies, cursor: String(at) };
      at += 1;
      if (at <= from || (unmet && state === 'completed')) continue;
      const { queueName, id, name, job: stored } = dependency;
      const edge = { queueName, id, name, isChild, isTolerated: !isVital };
      const status = stored?.status ?? 'removed';
      dependencies.push(
        dependencyRecord({ ...edge, status }, factsOf(dependency, !withoutResults)),
      );
    }
    return { dependencies };
  }

  #refuseMissing(state: QueueState, jobs: readonly NewJob[]): void {
    const { queueName } = this.#queues;
    const coming = new Set<string>();
    for (const { id, dependsOn = [] } of jobs) {
      // A known job stays as it is, whatever has become of those it waited for.
      const isNew = dependsOn.length > 0 && state.table.get(id) === undefined;
      for (const dependency of isNew ? dependsOn : []) {
        if (dependency.queueName === queueName && coming.has(dependency.id)) continue;
        if (this.#tableOf(state, dependency.queueName)?.get(dependency.id) === undefined) {
          throw dependencyNotFoundError({ jobId: id, dependency });
        }
      }
      coming.add(id);
    }
  }

  #refuseCircles(state: QueueState, parent: WorkflowNode, jobs: readonly NewJob[]): void {
    const { queueName } = this.#queues;
    const { table } = state;
    for (const job of jobs) {
      const { dependsOn = [] } = job;
      // The parent waits for the holder of the key of a child that is dropped.
      const id = table.get(job.id) === undefined ? holderOf(table, job) : job.id;
      for (const ref of [{ queueName, id }, ...dependsOn]) {
        const node = this.#tableOf(state, ref.queueName)?.get(ref.id)?.rare?.node;
        if (node?.waitsFor(parent)) {
          throw dependencyCircleError({ jobId: parent.id, childId: job.id });
        }
      }
    }
  }

  #addAll(state: QueueState, jobs: readonly NewJob[]): AddResult[] {
    /** The ids of jobs of this call that turned out to be others, which hold their keys. */
    const others = new Map<string, string>();
    return jobs.map((job) => {
      const { dependsOn = [], onDependencyFailure = 'fail' } = job;
      const [result] = state.intake.add([job], (stored) => {
        if (dependsOn.length === 0) return;
        const own = { queueName: this.#queues.queueName, id: stored.id };
        const node = this.#nodeOf(state, own, stored);
        for (const ref of dependsOn) {
          const id = ref.queueName === node?.queueName ? (others.get(ref.id) ?? ref.id) : ref.id;
          const dependency = this.#nodeOf(state, { queueName: ref.queueName, id });
          if (dependency !== undefined) node?.waitFor(dependency, onDependencyFailure === 'fail');
        }
      });
      if (result !== undefined && result.id !== job.id) others.set(job.id, result.id);
      return result as AddResult;
    });
  }

  #nodeOf(
    state: QueueState,
    { queueName, id }: JobRef,
    stored?: StoredJob,
  ): WorkflowNode | undefined {
    const table = this.#tableOf(state, queueName);
    const job = stored ?? table?.get(id);
    if (job === undefined || table === undefined) return undefined;
    const rare = rareOf(job);
    table.hasWorkflows = true;
    rare.node ??= new WorkflowNode({ queueName, table, job });
    return rare.node;
  }

  /** Finds the jobs of any queue of the store, given the state of the own one: to ask for that again drops what expired. */
  #tableOf(own: QueueState, queueName: string): QueueState['table'] | undefined {
    return (queueName === this.#queues.queueName ? own : this.#queues.find(queueName))?.table;
  }
}

/** Returns the id of the job that holds the key of a new one; the new one's own if none does. */
function holderOf({ keys }: QueueState['table'], { id, deduplication, createdAt }: NewJob): string {
  return (deduplication && keys.holderOf(deduplication.key, createdAt)) ?? id;
}

/** Returns what is told of a job that another waits for, unless it was removed. */
function factsOf(
  { job }: WorkflowNode,
  withResult: boolean,
): Parameters<typeof dependencyRecord>[1] {
  if (job === undefined) return undefined;
  const { result, createdAt, processedAt, finishedAt, rare } = job;
  const error = copyFact(rare?.error);
  const facts = withResult ? { result: copyFact(result), error } : { error };
  return { ...facts, createdAt, processedAt, finishedAt, dependencies: rare?.node?.counts };
}
