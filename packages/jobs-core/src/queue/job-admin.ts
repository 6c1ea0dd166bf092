import {
  checkFlag,
  checkInteger,
  checkObject,
  checkOptions,
  checkText,
  invalidArgument,
} from '../check/argument.ts';
import type { Clock } from '../clock/clock.ts';
import { takeTurn } from '../clock/turn.ts';
import type { Backend, CancelResult } from '../contract/backend.ts';
import type { JobRecord } from '../contract/job-record.ts';
import { JOB_STATUSES, type JobStatus } from '../contract/job-status.ts';
import type { SeenWorker, WorkerRequest } from '../contract/worker-info.ts';
import { cancelledError, jobNotFoundError, notSupported } from '../errors/error-factories.ts';
import { isJobsError, JobsError } from '../errors/jobs-error.ts';
import { serializeError } from '../errors/serialize-error.ts';
import { checkId } from '../job/check-name.ts';
import type { Codec } from '../job/codec.ts';
import { endUnstarted } from '../run/end-unstarted.ts';
import type { RunServices } from '../run/run-services.ts';
import type { ActOptions, CancelOptions, StatusOptions } from './act-options.ts';
import { type BulkAction, runBulkAction } from './bulk-action.ts';
import { checkStatuses } from './check-statuses.ts';
import { explainJob } from './explain-job.ts';
import type { Explanation } from './explanation.ts';
import { forgetSteps } from './forget-steps.ts';
import type { Job } from './job.ts';
import type {
  BulkQuery,
  CancelQuery,
  GetJobsOptions,
  GetLogsOptions,
  JobList,
  JobLog,
} from './job-query.ts';
import { JobUpdates, type UpdateJobOptions } from './job-updates.ts';
import { listAll, listMatching } from './list-matching.ts';
import { CRITERIA_NAMES } from './matches-query.ts';
import { PASSING_ORDER } from './passing-order.ts';
import type { JobPreparer } from './prepare-job.ts';
import type { QueueStats } from './queue-interface.ts';
import { REMOVED_IN_ORDER } from './removed-in-order.ts';
import {
  checkStepChoice,
  type RerunOptions,
  type RetryOptions,
  type RetryQuery,
} from './retry-options.ts';
import { type QueriedQueue, selectJobs } from './select-jobs.ts';
import { newToJob, toJob } from './to-job.ts';

const LIST_NAMES = ['status', 'name', 'tags', 'cursor', 'limit', 'order'];
/** The number of jobs to cancel at once. */
const CANCELLED_AT_ONCE = 25;
/** In the order of {@link PASSING_ORDER}; jobs that wait for others would also fail for those cancelled before them. */
const CANCELLABLE: readonly JobStatus[] = ['blocked', 'delayed', 'waiting', 'active'];

interface JobAdminOptions {
  readonly services: RunServices;
  readonly preparer: JobPreparer;
  readonly codecOf: (jobName: string) => Codec | undefined;
}

/** Reads and changes stored jobs: the part of a queue that neither enqueues nor runs. */
export class JobAdmin {
  readonly #backend: Backend;
  readonly #clock: Clock;
  readonly #services: RunServices;
  readonly #updates: JobUpdates;
  readonly codecOf: (jobName: string) => Codec | undefined;

  constructor({ services, preparer, codecOf }: JobAdminOptions) {
    const { backend, registry, queue } = services;
    this.#updates = new JobUpdates({ queueName: queue.name, backend, registry, preparer });
    this.#backend = services.backend;
    this.#clock = services.clock;
    this.#services = services;
    this.codecOf = codecOf;
  }

  async getJob(id: string): Promise<Job | undefined> {
    const record = await this.#backend.get({ id: checkId('id', id) });
    return record && toJob(record, this.#viewOf(record.name));
  }

  async getJobs(options: GetJobsOptions = {}): Promise<JobList> {
    checkOptions('getJobs', options, [...LIST_NAMES, ...CRITERIA_NAMES]);
    const { limit = 50, order = 'newest', cursor } = options;
    checkInteger('limit', limit, { min: 1, max: 1000 });
    if (order !== 'newest' && order !== 'oldest') {
      throw invalidArgument('order', "'newest' or 'oldest'", order);
    }
    checkText('cursor', cursor);
    const isFiltered = CRITERIA_NAMES.some((name) => options[name] !== undefined);
    // Where jobs are read, one that moves on meanwhile is to be seen twice rather than never.
    const all = isFiltered ? PASSING_ORDER : JOB_STATUSES;
    const statuses = options.status === undefined ? all : checkStatuses(options.status);
    const selection = selectJobs(options, statuses, this.#queried);
    const list = isFiltered ? listMatching : listAll;
    const page = await list(this.#backend, selection, { limit, order, cursor });
    return {
      jobs: page.jobs.map((record) => toJob(record, this.#viewOf(record.name))),
      ...(page.cursor !== undefined && { cursor: page.cursor }),
    };
  }

  async getStats(): Promise<QueueStats> {
    const counts = await this.#backend.counts();
    const total = JOB_STATUSES.reduce((sum, status) => sum + counts[status], 0);
    return { ...counts, total };
  }

  async getLogs(id: string, options: GetLogsOptions = {}): Promise<JobLog> {
    checkId('id', id);
    checkOptions('getLogs', options, ['offset', 'limit']);
    const { offset = 0, limit = 1000 } = options;
    checkInteger('offset', offset, { min: 0, max: Number.MAX_SAFE_INTEGER });
    checkInteger('limit', limit, { min: 1, max: 1000 });
    if (this.#backend.logs === undefined) throw notSupported(this.#backend.name, 'logs');
    return this.#backend.logs.read({ id, offset, limit });
  }

  async getWorkers(): Promise<readonly SeenWorker[]> {
    if (this.#backend.workers === undefined) throw notSupported(this.#backend.name, 'workers');
    return this.#backend.workers.list();
  }

  async askWorker(id: string, request: WorkerRequest): Promise<void> {
    checkId('id', id);
    if (request !== 'quiet' && request !== 'stop') {
      throw invalidArgument('request', "'quiet' or 'stop'", request);
    }
    if (this.#backend.workers === undefined) throw notSupported(this.#backend.name, 'workers');
    if (await this.#backend.workers.ask({ id, request })) return;
    const message = `No live worker has the id \`${id}\`. \`getWorkers()\` lists those that have one.`;
    throw new JobsError('JOBS_NOT_FOUND', message, { details: { workerId: id } });
  }

  async explain(id: string): Promise<Explanation> {
    return explainJob({
      id: checkId('id', id),
      queueName: this.#services.queue.name,
      backend: this.#backend,
      now: this.#clock.now(),
      definition: (name) => this.#services.registry.get(name),
    });
  }

  async removeJob(id: string, options: StatusOptions = {}): Promise<boolean> {
    const { strict, statuses } = checkStatusOptions('removeJob', options);
    const ids = [checkId('id', id)];
    if ((await this.#backend.remove({ ids, ...statuses })) > 0) return true;
    if (strict === false) return false;
    const record = await this.#backend.get({ id });
    if (record !== undefined) {
      const { status, lease } = record;
      const other = statuses?.statuses.includes(status) === false;
      const asked = other ? `is not ${statuses?.statuses.join(' or ')}: it ` : '';
      const how = lease?.hasEnded ? ' with `force`, since no worker holds it' : '';
      const advice = status === 'active' ? `; cancel it first${how}` : '';
      throw conflict(id, 'removed', `${asked}is ${status}${advice}`);
    }
    if (strict) throw jobNotFoundError(id);
    return false;
  }

  async retryJob(id: string, { steps, ...options }: RetryOptions = {}): Promise<boolean> {
    const { strict = true, statuses } = checkStatusOptions('retryJob', options);
    checkStepChoice({ steps });
    const ids = [checkId('id', id)];
    if (steps === 'forget') await forgetSteps(this.#backend, ids, statuses?.statuses);
    const changed = await this.#backend.retry({ ids, ...statuses }).catch((error: unknown) => {
      if (strict || !isJobsError(error, 'JOBS_CONFLICT')) throw error;
      return 0;
    });
    const asked = statuses?.statuses.join(' or ');
    const state = asked === undefined ? 'has neither failed nor been cancelled' : `is not ${asked}`;
    if (changed === 0 && strict) throw await this.#refusal(id, 'retried', state);
    return changed > 0;
  }

  async retryJobs(given: RetryQuery = {}): Promise<number> {
    const backend = this.#backend;
    checkObject('query', given);
    const { steps, ...query } = given;
    checkStepChoice({ steps });
    // In bulk, a job whose key another job now holds is left alone; retried by itself, it is an error.
    const act: BulkAction['act'] = async (ids, status) => {
      if (steps === 'forget') await forgetSteps(backend, ids, [status]);
      return backend.retry({ ids, statuses: [status] }).catch((error) => {
        if (ids.length === 1 && isJobsError(error, 'JOBS_CONFLICT')) return 0;
        throw error;
      });
    };
    return runBulkAction({ query, statuses: ['failed'], backend, queue: this.#queried, act });
  }

  async removeJobs(query: BulkQuery = {}): Promise<number> {
    const backend = this.#backend;
    const act: BulkAction['act'] = (ids, status) => backend.remove({ ids, statuses: [status] });
    return runBulkAction({ query, statuses: REMOVED_IN_ORDER, backend, queue: this.#queried, act });
  }

  async promoteJob(id: string, options: ActOptions = {}): Promise<boolean> {
    const strict = checkStrict('promoteJob', options) ?? true;
    const changed = await this.#backend.promote({ ids: [checkId('id', id)] });
    if (changed === 0 && strict) throw await this.#refusal(id, 'promoted', 'is not delayed');
    return changed > 0;
  }

  async updateJob(id: string, changes: UpdateJobOptions): Promise<void> {
    await this.#updates.update(checkId('id', id), changes);
  }

  async rerunJob(id: string, options: RerunOptions = {}): Promise<Job> {
    checkOptions('rerunJob', options, ['steps']);
    checkStepChoice(options);
    const job = await this.#updates.rerun(checkId('id', id), options);
    return newToJob(job, this.#viewOf(job.name));
  }

  async promoteJobs(query: BulkQuery = {}): Promise<number> {
    const backend = this.#backend;
    const act: BulkAction['act'] = (ids) => backend.promote({ ids });
    return runBulkAction({ query, statuses: ['delayed'], backend, queue: this.#queried, act });
  }

  async cancelJobs(query: CancelQuery = {}): Promise<number> {
    checkObject('cancelJobs', query);
    const { reason, force, ...rest } = query;
    const options = checkCancelOptions({ reason, force });
    let requested = 0;
    const tell = rest.onProgress;
    const onProgress: BulkQuery['onProgress'] = (now) =>
      tell?.({ ...now, ...(requested > 0 && { requested }) });
    const act: BulkAction['act'] = async (ids, status, selects) => {
      let cancelled = 0;
      // Calls at once may overtake each other, and a blocked job fails if one that it waits for is cancelled first.
      const atOnce = status === 'blocked' ? 1 : CANCELLED_AT_ONCE;
      for (let start = 0; start < ids.length; start += atOnce) {
        const batch = ids.slice(start, start + atOnce);
        const only = { ...options, status };
        const ends = await Promise.all(batch.map((id) => this.#cancel(id, only, selects)));
        const asked = ends.filter((end) => end === 'requested').length;
        requested += asked;
        cancelled += asked + ends.filter((end) => end === 'cancelled').length;
        await takeTurn();
      }
      return cancelled;
    };
    const [statuses, backend, queue] = [CANCELLABLE, this.#backend, this.#queried];
    const told = typeof tell === 'function' ? { ...rest, onProgress } : rest;
    return runBulkAction({ query: told, statuses, backend, queue, act });
  }

  async cancelJob(id: string, options: string | CancelOptions = {}): Promise<CancelResult> {
    checkId('id', id);
    const given = checkCancelOptions(options);
    const answer = await this.#cancel(id, given);
    if (given.strict && answer === 'not-found') throw jobNotFoundError(id);
    if (given.strict && answer === 'finished') throw conflict(id, 'cancelled', 'has ended');
    if (given.strict && answer === 'other-status') {
      throw conflict(id, 'cancelled', `is not ${[given.status ?? []].flat().join(' or ')}`);
    }
    return answer;
  }

  /** Cancels a job, in bulk only if it is selected still: one that was waiting may have started. */
  async #cancel(
    id: string,
    { reason, force = false, status }: CancelOptions,
    selects?: (record: JobRecord) => boolean,
  ): Promise<CancelResult> {
    // Read before the call: a job that has not started may be gone afterwards, and must be counted and reported.
    const record = await this.#backend.get({ id });
    if (record !== undefined && selects?.(record) === false) return 'not-found';
    const error = cancelledError(id, reason);
    const answer = await this.#backend.cancel({
      id,
      force,
      error: serializeError(error),
      ...(status !== undefined && { statuses: [status].flat() }),
      ...(reason !== undefined && { reason }),
    });
    if (answer === 'cancelled' && record !== undefined) {
      await endUnstarted(this.#services, record, 'cancel', error);
    }
    return answer;
  }

  /** Says how a job of a name is shown. */
  #viewOf(name: string): Parameters<typeof toJob>[1] {
    return { queueName: this.#services.queue.name, codec: this.codecOf(name) };
  }

  /** The queue as queries read it, now. */
  get #queried(): QueriedQueue {
    return { name: this.#services.queue.name, now: this.#clock.now(), codecOf: this.codecOf };
  }

  async #refusal(id: string, action: string, state: string): Promise<JobsError> {
    const record = await this.#backend.get({ id });
    if (record !== undefined) return conflict(id, action, `${state}: it is ${record.status}`);
    return jobNotFoundError(id);
  }
}

function checkCancelOptions(options: string | CancelOptions): CancelOptions {
  const given = typeof options === 'string' ? { reason: options } : options;
  checkOptions('cancelJob', given, ['reason', 'force', 'strict', 'status']);
  checkText('reason', given.reason);
  checkFlag('strict', given.strict);
  checkFlag('force', given.force);
  if (given.status !== undefined) checkStatuses(given.status);
  return given;
}

/** Checks options; returns the states as a backend takes them. */
function checkStatusOptions(
  method: string,
  options: StatusOptions,
): ActOptions & { readonly statuses?: { readonly statuses: readonly JobStatus[] } } {
  checkOptions(method, options, ['strict', 'status']);
  checkFlag('strict', options.strict);
  const { strict, status } = options;
  return { strict, ...(status !== undefined && { statuses: { statuses: checkStatuses(status) } }) };
}

function checkStrict(method: string, options: ActOptions): boolean | undefined {
  checkOptions(method, options, ['strict']);
  checkFlag('strict', options.strict);
  return options.strict;
}

function conflict(id: string, action: string, state: string): JobsError {
  return new JobsError('JOBS_CONFLICT', `Job \`${id}\` cannot be ${action}: it ${state}`, {
    details: { jobId: id },
  });
}
