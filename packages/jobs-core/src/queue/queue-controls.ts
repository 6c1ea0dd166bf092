import { invalidArgument } from '../check/argument.ts';
import type { Clock } from '../clock/clock.ts';
import { takeTurn } from '../clock/turn.ts';
import type { Backend } from '../contract/backend.ts';
import type { StoredLimits } from '../contract/limit-store.ts';
import type { OrderPolicy, QueueOrder } from '../contract/order-store.ts';
import { checkId } from '../job/check-name.ts';
import type { JobDefinition, JobInput, JobResult } from '../job/job-definition.ts';
import { groupOf } from '../queues/queues.ts';
import { internalsOf } from '../run/queue-internals.ts';
import { callJob } from './call-job.ts';
import type { CallArgs, CallOptions, Calls } from './calls.ts';
import { type DeadLetterGroup, type DeadLetterQuery, deadLetters } from './dead-letters.ts';
import { DeduplicationKeys } from './deduplication-keys.ts';
import type { Job } from './job.ts';
import { JobSteps } from './job-steps.ts';
import type { JobDefinitions, JobOf } from './known-jobs.ts';
import { LimitAdmin } from './limit-admin.ts';
import type { LimitSettings, SharedLimitRef } from './limit-settings.ts';
import type { IQueue } from './queue-interface.ts';
import { checkOrder, ordersOf } from './queue-order.ts';
import type { RedriveOptions, RedriveResult } from './redrive-options.ts';
import { REMOVED_IN_ORDER } from './removed-in-order.ts';
import { runTransaction } from './run-transaction.ts';
import type { JobStep, StepCalls } from './step-calls.ts';
import type { TransactionWork } from './transaction-work.ts';
import type { Workflow } from './workflow.ts';
import { WorkflowHandle } from './workflow-handle.ts';

/** How many jobs one call to the store removes: all of them at once could take longer than a call may. */
const CLEARED_AT_ONCE = 5000;

/** Holds the part of a queue that calls jobs, runs transactions, clears it, pauses it, and sets the limits of its jobs. */
export abstract class QueueControls<TJobs extends JobDefinitions>
  implements Calls<TJobs>, StepCalls
{
  /** The backend, for packages that build on its optional parts. */
  abstract readonly backend: Backend;
  /** The clock, for packages that build on the queue. */
  abstract readonly clock: Clock;

  /** Enqueues a job, waits for it and returns its result; see `IQueue.call`. */
  call<TJob extends JobDefinition | TJobs[number]['name']>(
    job: TJob,
    ...args: CallArgs<JobInput<JobOf<TJobs, TJob>>>
  ): Promise<JobResult<JobOf<TJobs, TJob>>>;
  call(job: never, payload: never, options: never, none: never): Promise<never>;
  async call(
    job: JobDefinition | string,
    payload?: unknown,
    options?: CallOptions,
  ): Promise<unknown> {
    return callJob({ queue: this as unknown as IQueue, job, payload, options });
  }

  /** Runs a function within a transaction of the store; see `IQueue.transaction`. */
  async transaction<TResult>(work: TransactionWork<unknown, TResult>): Promise<TResult> {
    return runTransaction(this as unknown as IQueue, work);
  }

  /** Returns access to a workflow by the job that runs last. */
  workflow(job: Pick<Job, 'id'> | string): Workflow {
    const id = checkId('id', typeof job === 'object' ? job?.id : job);
    const queue = this as unknown as IQueue;
    return new WorkflowHandle(id, queue, () => groupOf(queue).all);
  }

  /**
   * Removes all jobs that are not active; returns how many.
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT` when it is given a query, as `removeJobs` is
   */
  async clear(...none: readonly never[]): Promise<number> {
    if (none.length > 0) {
      const advice = '`removeJobs` removes the jobs that match a query.';
      throw invalidArgument('clear', 'called without arguments', none[0], advice);
    }
    let removed = 0;
    for (let count = CLEARED_AT_ONCE; count >= CLEARED_AT_ONCE; removed += count) {
      count = await this.backend.clear({ statuses: REMOVED_IN_ORDER, most: CLEARED_AT_ONCE });
      await takeTurn();
    }
    return removed;
  }

  /** Finds the job that holds a deduplication key; see `IQueue.findByKey`. */
  async findByKey(key: string, job?: JobDefinition | string): Promise<Job | undefined> {
    const id = await new DeduplicationKeys(this.backend).holderOf(key, job);
    return id === undefined ? undefined : (this as unknown as IQueue).getJob(id);
  }

  /** Frees a deduplication key; see `IQueue.freeKey`. */
  async freeKey(key: string, job?: JobDefinition | string): Promise<boolean> {
    return new DeduplicationKeys(this.backend).free(key, job);
  }

  /** Lists what is stored of the steps of a job; see `IQueue.getSteps`. */
  async getSteps(job: Pick<Job, 'id'> | string): Promise<readonly JobStep[]> {
    return this.#steps.getSteps(job);
  }

  /** Sends a signal to a job; see `IQueue.signal`. */
  async signal(job: Pick<Job, 'id'> | string, event: string, payload?: unknown): Promise<void> {
    return this.#steps.signal(job, event, payload);
  }

  get #steps(): JobSteps {
    const { backend, clock } = this;
    return new JobSteps(backend, internalsOf(backend), () => clock.now());
  }

  /** Stops new starts on every process; active jobs finish. */
  async pause(): Promise<void> {
    await this.backend.setPaused({ paused: true });
  }

  /** Resumes a paused queue. */
  async resume(): Promise<void> {
    await this.backend.setPaused({ paused: false });
  }

  /** Returns whether the queue is paused. */
  async isPaused(): Promise<boolean> {
    return this.backend.isPaused();
  }

  /** Overrides the limits of the jobs of a name, or a shared limit, until `null` removes the override. */
  async setLimits(name: string | SharedLimitRef, limits: LimitSettings | null): Promise<void> {
    return new LimitAdmin(this.backend).set(name, limits);
  }

  /** Reads the limits of the jobs of a name, or a shared limit: those in force, and where they come from. */
  async getLimits(name: string | SharedLimitRef): Promise<StoredLimits> {
    return new LimitAdmin(this.backend).read(name);
  }

  /** Stops new starts of the jobs of a name on every process; active ones finish. */
  async pauseJobs(name: string): Promise<void> {
    return this.#setPaused(name, true);
  }

  /** Resumes the jobs of a name. */
  async resumeJobs(name: string): Promise<void> {
    return this.#setPaused(name, false);
  }

  #setPaused(name: string, paused: boolean): Promise<void> {
    const slip =
      typeof name === 'string' ? internalsOf(this.backend).registry.slipOf(name) : undefined;
    return new LimitAdmin(this.backend).setPaused(name, paused, slip);
  }

  /** Changes the order of the waiting jobs for all processes; see `IQueue.setOrder`. */
  async setOrder(
    order: OrderPolicy,
    options?: { readonly agePerPriority?: number },
  ): Promise<void> {
    const wanted = checkOrder(order, options);
    await ordersOf(this.backend).set({ order: wanted });
  }

  /** Reads the order of the waiting jobs. */
  async getOrder(): Promise<QueueOrder> {
    return (await this.backend.orders?.read()) ?? { policy: 'fifo' };
  }

  /** Groups the dead letters that this queue keeps by their cause, the largest group first. */
  async groups(query?: DeadLetterQuery): Promise<readonly DeadLetterGroup[]> {
    return deadLetters(this as unknown as IQueue).groups(query);
  }

  /** Puts the jobs of dead letters that this queue keeps back into their own queues. */
  async redrive(query?: DeadLetterQuery, options?: RedriveOptions): Promise<RedriveResult> {
    return deadLetters(this as unknown as IQueue).redrive(query, options);
  }
}
