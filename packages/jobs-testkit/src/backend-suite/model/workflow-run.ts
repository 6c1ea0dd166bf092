import type { SerializedError } from '@philjs/jobs-core';
import { JOB_STATUSES } from '@philjs/jobs-core';
import type { Backend, DependencyCounts, NewJob } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { BackendTrial } from '../backend-trial.ts';
import { failIfDoomed, type Run, type TestWorker } from '../test-worker.ts';
import { countsOf, type FlowJob, WorkflowModel, waitersOf } from './workflow-model.ts';
import { type AddedJob, QUEUES, type WorkflowOperation } from './workflow-operation.ts';

/** The largest number of jobs of a run: each that may run is active. */
export const MOST_JOBS = 200;
const error: SerializedError = { name: 'Error', message: 'as the model says' };

interface QueueOfRun {
  readonly name: string;
  readonly backend: Backend;
  readonly worker: TestWorker;
}

/** Applies operations to jobs of three queues and to the model, and compares them after each. */
export class WorkflowRun {
  readonly #trial: BackendTrial;
  readonly #model = new WorkflowModel();
  readonly #queues: QueueOfRun[] = [];

  constructor(trial: BackendTrial) {
    this.#trial = trial;
  }

  async run(operations: readonly WorkflowOperation[]): Promise<void> {
    for (let index = 0; index < QUEUES; index++) {
      const name = `${this.#trial.queueName}-${index}`;
      const backend = await this.#trial.open(name);
      const worker = await this.#trial.work(backend, {
        concurrency: MOST_JOBS,
        run: failIfDoomed('hold'),
      });
      this.#queues.push({ name, backend, worker });
    }
    for (const operation of operations) {
      await this.#do(operation);
      await this.#compare(operation.type);
    }
    await this.#complete();
  }

  async #do(operation: WorkflowOperation): Promise<void> {
    if (operation.type === 'add') return this.#add(operation);
    if (operation.type === 'end') return this.#end(operation);
    if (operation.type === 'grow') return this.#grow(operation);
    const { type, pick } = operation;
    const states = { cancel: ['blocked'], retry: ['failed', 'cancelled'] } as const;
    const ended = ['blocked', 'completed', 'failed', 'cancelled'] as const;
    const job = this.#model.pick(type === 'remove' ? ended : states[type], pick);
    if (job === undefined) return;
    const { backend } = this.#queueOf(job);
    const { id } = job;
    if (type === 'cancel') {
      this.#model.end(job, 'cancelled');
      expect(await backend.cancel({ id, error })).toBe('cancelled');
    } else if (type === 'remove') {
      this.#model.end(job, 'removed');
      expect(await backend.remove({ ids: [id] })).toBe(1);
    } else {
      this.#model.retry(job);
      expect(await backend.retry({ ids: [id] })).toBe(1);
    }
  }

  async #add({ queue, jobs }: WorkflowOperation & { type: 'add' }): Promise<void> {
    const { backend } = this.#queues[queue] as QueueOfRun;
    const { added } = this.#plan(queue, jobs, this.#model.stored);
    const results = await backend.workflows?.add({ jobs: added });
    expect(results?.map(({ outcome }) => outcome)).toEqual(added.map(() => 'added'));
  }

  async #grow(operation: WorkflowOperation & { type: 'grow' }): Promise<void> {
    const { pick, jobs, onFailure, how } = operation;
    const parent = this.#model.pick(['active'], pick);
    if (parent === undefined) return;
    const run = this.#runOf(parent);
    const waiters = waitersOf(parent);
    const known = this.#model.stored.filter((job) => !waiters.has(job));
    const { added, planned } = this.#plan(parent.queue, jobs, known);
    if (added.length > 0) {
      const add = { jobs: added, onDependencyFailure: onFailure, lease: run.lease };
      const results = await this.#queueOf(parent).backend.workflows?.addChildren(add);
      expect(results?.map(({ outcome }) => outcome)).toEqual(added.map(() => 'added'));
    }
    this.#model.grow(parent, planned, onFailure);
    const runAt = this.#trial.time.now();
    if (how === 'snooze') {
      this.#model.putBack(parent);
      run.end({ type: 'snooze', reason: 'children', runAt });
      return;
    }
    this.#model.end(parent, how);
    if (how === 'completed') run.end({ type: 'complete', result: parent.id });
    else run.end({ type: 'fail', error, attemptUsed: true });
  }

  /** Makes jobs that wait for some of those known, and tells the model. */
  #plan(
    queue: number,
    jobs: readonly AddedJob[],
    known: FlowJob[],
  ): { added: NewJob[]; planned: FlowJob[] } {
    const planned: FlowJob[] = [];
    const added = jobs.slice(0, MOST_JOBS - this.#model.jobs.length).map((job): NewJob => {
      const { id, ...rest } = this.#trial.job();
      const waitsFor = job.waitsFor.flatMap((pick) => known[pick % known.length] ?? []);
      const { onFailure } = job;
      const made = this.#model.add({ queue, id }, waitsFor, onFailure);
      known.push(made);
      planned.push(made);
      const dependsOn = waitsFor.map((to) => ({ queueName: this.#queueOf(to).name, id: to.id }));
      if (dependsOn.length === 0) return { id, ...rest };
      return { id, ...rest, dependsOn, onDependencyFailure: onFailure };
    });
    return { added, planned };
  }

  async #end({ pick, how }: WorkflowOperation & { type: 'end' }): Promise<void> {
    const job = this.#model.pick(['active'], pick);
    if (job === undefined) return;
    const run = this.#runOf(job);
    if (how === 'retry') {
      // A child of it may have been retried meanwhile: then it waits for that.
      this.#model.putBack(job);
      run.end({ type: 'retry', error, runAt: this.#trial.time.now() });
      return;
    }
    this.#model.end(job, how);
    if (how === 'completed') run.end({ type: 'complete', result: job.id });
    else run.end({ type: how === 'failed' ? 'fail' : 'cancel', error, attemptUsed: true });
  }

  /** Completes everything: then nothing may be left blocked. */
  async #complete(): Promise<void> {
    for (let job = this.#model.pick(['active'], 0); job; job = this.#model.pick(['active'], 0)) {
      for (const active of this.#model.jobs.filter(({ state }) => state === 'active')) {
        this.#runOf(active).end();
        this.#model.end(active, 'completed');
      }
      await this.#compare('the end');
    }
    for (const { backend } of this.#queues) {
      expect(await backend.counts()).toMatchObject({ blocked: 0, waiting: 0, active: 0 });
    }
  }

  async #compare(after: string): Promise<void> {
    const { time } = this.#trial;
    const expected = this.#model.stored.map((job) => told(job, job.state, countsOf(job))).sort();
    let seen: string[] = [];
    const agrees = async (): Promise<boolean> => {
      seen = (await this.#seen()).sort();
      return seen.join() === expected.join() && this.#allStarted();
    };
    await time.settle();
    await time.until('the jobs are as the model says', agrees).catch(() => undefined);
    expect(seen, `the jobs after \`${after}\``).toEqual(expected);
  }

  async #seen(): Promise<string[]> {
    const lists = this.#queues.map(({ backend }) => this.#trial.list(backend, JOB_STATUSES));
    return (await Promise.all(lists)).flat().map((job) => told(job, job.status, job.dependencies));
  }

  #allStarted(): boolean {
    return this.#model.jobs.every((job) => job.state !== 'active' || this.#findRun(job));
  }

  #runOf(job: FlowJob): Run {
    const run = this.#findRun(job);
    if (run === undefined) throw new Error(`Job \`${job.id}\` is not running`);
    return run;
  }

  #findRun(job: FlowJob): Run | undefined {
    return this.#queueOf(job).worker.active.find(({ id }) => id === job.id);
  }

  #queueOf({ queue }: FlowJob): QueueOfRun {
    return this.#queues[queue] as QueueOfRun;
  }
}

/** Says how a job is, and how those are that it waits for. */
function told({ id }: { readonly id: string }, state: string, counts?: DependencyCounts): string {
  if (counts === undefined) return `${id}: ${state}`;
  const { total, open, failed, tolerated = 0 } = counts;
  return `${id}: ${state}, of ${total} ${open} open, ${failed} failed, ${tolerated} of them tolerated`;
}
