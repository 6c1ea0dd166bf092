import type { DependencyCounts } from '@philjs/jobs-core/backend';
import type { JobTable } from '../state/job-table.ts';
import type { StoredJob } from '../state/stored-job.ts';
import { undelayedAt } from './undelayed-at.ts';

/** Describes one dependency of a job. */
interface Edge {
  /** Whether its failure fails the job. */
  readonly isVital: boolean;
  /** Whether the job added it while it ran. */
  readonly isChild: boolean;
  state: 'open' | 'completed' | 'failed';
}

/** Describes the job of a node. */
interface NodeJob {
  readonly queueName: string;
  readonly table: JobTable;
  readonly job: StoredJob;
}

/**
 * Connects a job with those it waits for and those that wait for it, in any queue of the store. Only jobs of workflows
 * have one. It counts open and failed dependencies, so the cost of ending a job does not grow with the number of jobs
 * that its dependants wait for.
 */
export class WorkflowNode {
  readonly queueName: string;
  readonly id: string;
  readonly name: string;
  readonly table: JobTable;
  /** The job, while it is stored. */
  job: StoredJob | undefined;
  /** The jobs it waits for, in the order given. */
  readonly dependsOn: Map<WorkflowNode, Edge> = new Map();
  /** The jobs that wait for it, ended ones included. */
  readonly dependants: Set<WorkflowNode> = new Set();
  /** Whether it was handed out to fail, or has failed, for a dependency. */
  isDoomed = false;
  /** Whether its job had ended and was put back: the delay that it had is over. */
  isPutBack = false;
  #open = 0;
  #failing = 0;
  /** The number of those that failed and do not fail its job. */
  #tolerated = 0;
  /** The number of its dependants that have not ended. */
  #awaitedBy = 0;
  /** Whether any job ever waited for it, also one that was removed. */
  #wasAwaited = false;
  /** Whether it ever waited for others: it is asked after it was removed, too, and then knows them no more. */
  #hasWaited = false;

  constructor({ queueName, table, job }: NodeJob) {
    this.queueName = queueName;
    this.id = job.id;
    this.name = job.name;
    this.table = table;
    this.job = job;
  }

  /** Whether any of its dependencies has not ended. */
  get hasOpen(): boolean {
    return this.#open > 0;
  }

  /** Whether it is to fail for a dependency. */
  get hasFailed(): boolean {
    return this.#failing > 0;
  }

  /** Whether its job is blocked when it is put back: it waits for others, or is to be handed out to fail. */
  get isBlocking(): boolean {
    return this.hasOpen || this.hasFailed;
  }

  /** Whether a dependant has not ended, so that it stays stored. */
  get isAwaited(): boolean {
    return this.#awaitedBy > 0;
  }

  /** Whether it waited for others, and none ever waited for it. */
  get isLast(): boolean {
    return this.#hasWaited && !this.#wasAwaited;
  }

  /** Counts its dependencies. */
  get counts(): DependencyCounts | undefined {
    const total = this.dependsOn.size;
    if (total === 0) return undefined;
    const tolerated = this.#tolerated;
    const failed = this.#failing + tolerated;
    return { total, open: this.#open, failed, ...(tolerated > 0 && { tolerated }) };
  }

  /** Makes it wait for another job. */
  waitFor(dependency: WorkflowNode, isVital: boolean, isChild = false): void {
    if (this.dependsOn.has(dependency)) return;
    const edge: Edge = { isVital, isChild, state: 'open' };
    this.dependsOn.set(dependency, edge);
    this.#hasWaited = true;
    dependency.dependants.add(this);
    this.#open += 1;
    dependency.await();
    const status = dependency.job?.status;
    if (dependency.job?.finishedAt !== undefined) this.#close(edge, status === 'completed');
  }

  /** Returns whether it waits for another job, itself or through others. */
  waitsFor(other: WorkflowNode): boolean {
    const seen = new Set<WorkflowNode>([this]);
    for (const node of seen) {
      if (node === other) return true;
      // What waited for it waits no more: it was removed.
      if (node.job === undefined) continue;
      for (const dependency of node.dependsOn.keys()) seen.add(dependency);
    }
    return false;
  }

  /** Returns whether its blocked job, once released, is waiting at a time, or handed out to fail: not delayed. */
  isReadyAt(time: number): boolean {
    if (this.job?.status !== 'blocked') return false;
    const at = Math.max(time, undelayedAt(this.job));
    return this.hasFailed || (!this.hasOpen && this.job.runAt <= at);
  }

  /** Lists its job for release, if it may start or fail now. */
  listIfReady(): void {
    if (this.job?.status === 'blocked' && (this.#open === 0 || this.#failing > 0)) {
      this.table.releasable.add(this);
    }
  }

  /** Records that its job has ended, before retention is applied. */
  ended(isCompleted: boolean, now: number): void {
    this.#tellDependants(isCompleted);
    for (const dependency of this.dependsOn.keys()) dependency.#letGo(now);
  }

  /** Records that its job is not stored any more. */
  removed(now: number): void {
    const hadEnded = this.job?.finishedAt !== undefined;
    this.job = undefined;
    this.#tellDependants(false);
    for (const dependency of this.dependsOn.keys()) {
      dependency.dependants.delete(this);
      if (!hadEnded) dependency.#letGo(now);
    }
    // Else a chain that goes on for ever would keep all that ever was in it.
    this.dependsOn.clear();
  }

  /** Looks again at dependencies that had failed: one may have been retried while this job had ended. */
  lookAgain(): void {
    for (const [{ job }, edge] of this.dependsOn) {
      if (edge.state !== 'failed' || job === undefined) continue;
      if (job.status === 'completed') edge.state = 'completed';
      else if (job.finishedAt === undefined) edge.state = 'open';
      else continue;
      if (edge.state === 'open') this.#open += 1;
      this.#countFailed(edge, -1);
    }
  }

  /** Keeps its dependencies stored again, since it is to run again; lists its dependants that come back with it. */
  revived(): WorkflowNode[] {
    this.isDoomed = false;
    for (const dependency of this.dependsOn.keys()) dependency.await();
    return [...this.dependants].filter((dependant) => dependant.#reopen(this));
  }

  /** Keeps it stored for one more dependant. */
  await(): void {
    this.#wasAwaited = true;
    this.#awaitedBy += 1;
    if (this.#awaitedBy === 1 && this.job?.finishedAt !== undefined) this.table.hold(this.job);
  }

  /** A job that added children may still be running: it waits for them once it is put back. */
  #mayWaitAgain({ isChild }: Edge): boolean {
    const status = this.job?.status;
    return this.isDoomed || status === 'blocked' || (status === 'active' && isChild);
  }

  #letGo(now: number): void {
    this.#awaitedBy -= 1;
    const { job } = this;
    if (this.#awaitedBy === 0 && job?.finishedAt !== undefined) this.table.letGo(job, now);
  }

  #tellDependants(isCompleted: boolean): void {
    for (const dependant of this.dependants) {
      const edge = dependant.dependsOn.get(this);
      if (edge?.state !== 'open') continue;
      dependant.#close(edge, isCompleted);
      dependant.listIfReady();
      if (dependant.table !== this.table) dependant.table.tellListed();
    }
  }

  #close(edge: Edge, isCompleted: boolean): void {
    edge.state = isCompleted ? 'completed' : 'failed';
    this.#open -= 1;
    if (edge.state === 'failed') this.#countFailed(edge, 1);
  }

  #countFailed({ isVital }: Edge, by: 1 | -1): void {
    if (isVital) this.#failing += by;
    else this.#tolerated += by;
  }

  /** Waits again for a dependency that had failed; returns whether its job has to come back for that. */
  #reopen(dependency: WorkflowNode): boolean {
    const edge = this.dependsOn.get(dependency);
    if (edge?.state !== 'failed' || !this.#mayWaitAgain(edge)) return false;
    edge.state = 'open';
    this.#open += 1;
    this.#countFailed(edge, -1);
    return this.isDoomed && this.#failing === 0;
  }
}
