import type { JobStatus } from '@philjs/jobs-core';
import type { DependencyCounts, DependencyFailure } from '@philjs/jobs-core/backend';

/** The state of a job in the model, once everything that can happen by itself has happened. */
export type ModelState = Extract<
  JobStatus,
  'blocked' | 'active' | 'completed' | 'failed' | 'cancelled'
>;

interface Edge {
  readonly to: FlowJob;
  /** Whether it fails the waiting job when it fails. */
  readonly isVital: boolean;
  /** Whether the waiting job added it while it ran. */
  readonly isChild: boolean;
  state: 'open' | 'completed' | 'failed';
}

/** Describes a job of the model. */
export interface FlowJob {
  /** The number of its queue. */
  readonly queue: number;
  /** Its id. */
  readonly id: string;
  /** The jobs it waits for. */
  readonly dependsOn: Edge[];
  /** The jobs that wait for it. */
  readonly dependants: Set<FlowJob>;
  /** Its state, or that it was removed. */
  state: ModelState | 'removed';
  /** Whether it failed for a job it waits for. */
  isDoomed: boolean;
}

/**
 * Says what becomes of jobs that wait for each other, when every job that may run does so at once: the states, in the
 * plainest terms. A backend has to agree once it is settled.
 */
export class WorkflowModel {
  /** All jobs ever added, the removed ones included. */
  readonly jobs: FlowJob[] = [];

  /** The jobs that are stored. */
  get stored(): FlowJob[] {
    return this.jobs.filter(({ state }) => state !== 'removed');
  }

  /** Chooses one of the jobs in some states. */
  pick(states: readonly FlowJob['state'][], pick: number): FlowJob | undefined {
    const among = this.jobs.filter(({ state }) => states.includes(state));
    return among[pick % Math.max(1, among.length)];
  }

  /** Adds a job that waits for others. */
  add(
    job: Pick<FlowJob, 'queue' | 'id'>,
    dependsOn: readonly FlowJob[],
    onFailure: DependencyFailure,
  ): FlowJob {
    const added: FlowJob = {
      ...job,
      dependsOn: [],
      dependants: new Set(),
      state: 'blocked',
      isDoomed: false,
    };
    this.jobs.push(added);
    for (const to of new Set(dependsOn)) connect(added, to, onFailure, false);
    this.#settle(added);
    return added;
  }

  /** Lets an active job wait for jobs that it added. */
  grow(parent: FlowJob, children: readonly FlowJob[], onFailure: DependencyFailure): void {
    for (const child of children) connect(parent, child, onFailure, true);
  }

  /** Puts an active job back: it waits for its children, if it has any. */
  putBack(job: FlowJob): void {
    job.state = 'blocked';
    this.#settle(job);
  }

  /** Ends a job, or removes it. */
  end(job: FlowJob, state: 'completed' | 'failed' | 'cancelled' | 'removed'): void {
    job.state = state;
    if (state === 'removed') for (const { to } of job.dependsOn) to.dependants.delete(job);
    for (const dependant of job.dependants) {
      const edge = edgeTo(dependant, job);
      if (edge?.state !== 'open') continue;
      edge.state = state === 'completed' ? 'completed' : 'failed';
      this.#settle(dependant);
    }
  }

  /** Puts a failed or cancelled job back, and blocks those again that failed for it. */
  retry(job: FlowJob): void {
    // What it waits for may have been retried while it was cancelled or had failed by itself.
    for (const edge of job.dependsOn) if (edge.state === 'failed') edge.state = stateOf(edge.to);
    const back = this.#reopen(job);
    for (const one of back) one.state = 'blocked';
    for (const one of back) this.#settle(one);
  }

  #reopen(job: FlowJob): FlowJob[] {
    job.isDoomed = false;
    job.state = 'blocked';
    const back = [job];
    for (const dependant of job.dependants) {
      const edge = edgeTo(dependant, job);
      if (edge?.state !== 'failed') continue;
      const waits = dependant.state === 'blocked' || (edge.isChild && dependant.state === 'active');
      if (!waits && !dependant.isDoomed) continue;
      edge.state = 'open';
      if (dependant.isDoomed && !isToFail(dependant)) back.push(...this.#reopen(dependant));
    }
    return back;
  }

  #settle(job: FlowJob): void {
    if (job.state !== 'blocked') return;
    if (isToFail(job)) {
      job.isDoomed = true;
      this.end(job, 'failed');
    } else if (job.dependsOn.every(({ state }) => state !== 'open')) job.state = 'active';
  }
}

function stateOf({ state }: FlowJob): Edge['state'] {
  if (state === 'blocked' || state === 'active') return 'open';
  return state === 'completed' ? 'completed' : 'failed';
}

function isToFail({ dependsOn }: FlowJob): boolean {
  return dependsOn.some(({ state, isVital }) => isVital && state === 'failed');
}

function connect(job: FlowJob, to: FlowJob, onFailure: DependencyFailure, isChild: boolean): void {
  job.dependsOn.push({ to, isVital: onFailure === 'fail', isChild, state: stateOf(to) });
  to.dependants.add(job);
}

/** Returns all jobs that wait for one, directly or through others, and the job itself. */
export function waitersOf(job: FlowJob): ReadonlySet<FlowJob> {
  const found = new Set([job]);
  // The set grows as it is read.
  for (const one of found) for (const dependant of one.dependants) found.add(dependant);
  return found;
}

function edgeTo(job: FlowJob, to: FlowJob): Edge | undefined {
  return job.dependsOn.find((edge) => edge.to === to);
}

/** Counts the jobs that one waits for; nothing for one that waits for none. */
export function countsOf({ dependsOn }: FlowJob): DependencyCounts | undefined {
  if (dependsOn.length === 0) return undefined;
  const failed = dependsOn.filter(({ state }) => state === 'failed');
  return {
    total: dependsOn.length,
    open: dependsOn.filter(({ state }) => state === 'open').length,
    failed: failed.length,
    tolerated: failed.filter(({ isVital }) => !isVital).length,
  };
}
