import {
  checkDuration,
  checkInteger,
  checkOptions,
  invalidArgument,
  MAX_DURATION_MS,
} from '../check/argument.ts';
import { abortableDelay } from '../clock/abortable-delay.ts';
import type { Lease } from '../contract/consumer.ts';
import type { JobProgress, JobRecord } from '../contract/job-record.ts';
import { completedTwiceError, leaseLostError, notSupported } from '../errors/error-factories.ts';
import type { JobsError } from '../errors/jobs-error.ts';
import type { AttemptEnd } from '../job/attempt-end.ts';
import { checkId } from '../job/check-name.ts';
import type { JobContext } from '../job/job-context.ts';
import type { JobDependencies } from '../job/job-dependencies.ts';
import type { AroundStep } from '../job/step-options.ts';
import type { JsonObject, JsonValue } from '../json/json-value.ts';
import { type ByteLimit, toJson } from '../json/to-json.ts';
import type { EnqueueItem, IQueue } from '../queue/queue-interface.ts';
import type { IQueues } from '../queues/queues-interface.ts';
import { addChildren } from './add-children.ts';
import { readDependencies, readDependencyPages } from './read-dependencies.ts';
import { type RunControl, RunEnded } from './run-control.ts';
import { RunLog } from './run-log.ts';
import type { RunServices } from './run-services.ts';
import { RunSteps } from './run-steps.ts';
import type { StartedRun } from './started-run.ts';
import { WatchedCall } from './watched-call.ts';

/** Turns a result into its stored form. */
export interface ResultEncoder {
  encodeResult(result: unknown): JsonValue | undefined;
}

/**
 * Is the `ctx` of handlers, hooks and middleware. Its functions may be destructured (`({ log }) => log(…)`); costly
 * parts are made on first use.
 */
export class RunContext implements JobContext<unknown> {
  readonly #services: RunServices;
  readonly #job: JobRecord;
  readonly #control: RunControl;
  readonly #encoder: ResultEncoder | undefined;
  #log: RunLog | undefined;
  #steps: RunSteps | undefined;
  #arounds: AroundStep[] | undefined;
  /** The progress that this run stored last. */
  #progress: JobProgress | undefined;
  /** Reports progress once it is stored. */
  onProgress: ((progress: number | object) => void | Promise<void>) | undefined;
  /** The payload as the handler gets it; before it was read, as it is stored. */
  payload: unknown;

  constructor(services: RunServices, job: JobRecord, control: RunControl, encoder?: ResultEncoder) {
    this.#services = services;
    this.#job = job;
    this.#control = control;
    this.#encoder = encoder;
    this.payload = job.payload;
  }

  get jobId(): string {
    return this.#job.id;
  }

  get name(): string {
    return this.#job.name;
  }

  get queueName(): string {
    return this.#services.queue.name;
  }

  get attemptsMade(): number {
    return this.#job.attemptsMade;
  }

  get attempt(): number {
    return this.#job.attemptsMade + 1;
  }

  get maxAttempts(): number {
    return this.#job.maxAttempts;
  }

  get timestamp(): number {
    return this.#job.createdAt;
  }

  get signal(): AbortSignal {
    return this.#control.signal;
  }

  get fencingToken(): number {
    return this.#job.fencingToken;
  }

  get ended(): boolean {
    return this.#control.decision !== undefined;
  }

  get metadata(): JsonObject {
    return this.#job.metadata;
  }

  get progress(): JobProgress | undefined {
    return this.#progress ?? this.#job.progress;
  }

  get queue(): IQueue {
    return this.#services.queue;
  }

  get queues(): IQueues {
    return this.#services.queues();
  }

  /** How many jobs the worker runs at once, for handlers of batches. */
  get workerSlots(): number | undefined {
    return this.#services.slots?.();
  }

  /** Aborts when the worker begins to stop, for handlers of batches: no more jobs come. */
  get workerStops(): AbortSignal | undefined {
    return this.#services.stopping?.();
  }

  get updateProgress(): (progress: number | object) => Promise<void> {
    return (progress) => this.#watched(this.#updateProgress(progress));
  }

  get log(): (...args: readonly unknown[]) => void {
    return (...args) => this.#writeLog(args);
  }

  get sleep(): (ms: number) => Promise<void> {
    return (ms) => {
      const slept = this.#sleep(ms);
      // What cut it short ends the run, or has ended it.
      slept.catch(() => undefined);
      return slept;
    };
  }

  get step(): JobContext['step'] {
    const step: RunSteps['step'] = (name, run, options) =>
      this.#watched(this.#stepping((steps) => steps.step(name, run, options)));
    return step as JobContext['step'];
  }

  get sleepUntil(): JobContext['sleepUntil'] {
    return (name, date) => this.#watched(this.#stepping((steps) => steps.sleepUntil(name, date)));
  }

  get waitFor(): JobContext['waitFor'] {
    const waitFor = (event: string, options?: object): Promise<unknown> =>
      this.#watched(this.#stepping((steps) => steps.waitFor(event, options)));
    return waitFor as JobContext['waitFor'];
  }

  get aroundStep(): JobContext['aroundStep'] {
    return (around) => {
      if (typeof around !== 'function') {
        throw invalidArgument('around', 'a function `(step, next) => …`', around);
      }
      this.#arounds ??= [];
      this.#arounds.push(around);
    };
  }

  get snooze(): (ms: number) => never {
    return (ms) => {
      checkDuration('ms', ms, { min: 0, max: MAX_DURATION_MS });
      this.#refuseWhenOver();
      const runAt = this.#services.clock.now() + ms;
      return this.#control.end({ type: 'snooze', reason: 'snoozed', runAt, delayMs: ms });
    };
  }

  get holdBack(): (ms: number) => Promise<void> {
    return (ms) => this.#watched(this.#holdBack(ms));
  }

  get completeIn(): (transaction: unknown, result?: unknown) => Promise<void> {
    return (transaction, result) => this.#watched(this.#completeIn(transaction, result));
  }

  get fail(): (error: unknown) => never {
    return (error) => {
      this.#refuseWhenOver();
      return this.#control.end({ type: 'fail', error });
    };
  }

  get onEnd(): (listener: (end: AttemptEnd) => unknown) => void {
    return (listener) => {
      if (typeof listener !== 'function') {
        throw invalidArgument('listener', 'a function `(end) => …`', listener);
      }
      this.#control.listeners = [...this.#control.listeners, listener];
    };
  }

  get takeRateLimit(): JobContext['takeRateLimit'] {
    return (limit) => this.#watched(this.#takeRateLimit(limit));
  }

  get childResults(): () => Promise<ReadonlyMap<string, unknown>> {
    return () => this.#watched(this.#childResults());
  }

  get dependencies(): () => Promise<JobDependencies> {
    return () => this.#watched(readDependencies(this.#services, this.#job));
  }

  get addChildren(): JobContext['addChildren'] {
    return (items, options) =>
      this.#watched(addChildren(this.#run, items as readonly EnqueueItem[], options));
  }

  get dependencyPages(): (size?: number) => AsyncIterable<JobDependencies> {
    return (size = 500) => {
      checkInteger('size', size, { min: 1, max: 1000 });
      return readDependencyPages(this.#services, this.#job, size);
    };
  }

  /** Resolves when everything logged so far is stored. */
  flushLog(): Promise<void> | undefined {
    return this.#log?.flush();
  }

  get #run(): StartedRun {
    return { services: this.#services, job: this.#job, control: this.#control };
  }

  /** Makes the steps of the run at the first of them. */
  async #stepping<T>(use: (steps: RunSteps) => Promise<T>): Promise<T> {
    this.#arounds ??= [];
    this.#steps ??= new RunSteps(this.#run, this.#arounds);
    return use(this.#steps);
  }

  /** Notes the failure of a call: a rejection that the caller does not await must not end the process. */
  #watched<T>(call: Promise<T>): Promise<T> {
    return WatchedCall.of(call, (error, seen) => {
      if (!(error instanceof RunEnded)) this.#control.noteStray(error, seen);
    });
  }

  async #sleep(ms: number): Promise<void> {
    checkDuration('ms', ms, { min: 0, max: MAX_DURATION_MS });
    if (this.#control.isPast) throw leaseLostError(this.#job);
    await abortableDelay(this.#services.clock, ms, this.signal);
  }

  async #updateProgress(progress: unknown): Promise<void> {
    const stored = checkProgress(progress, this.#services.resultLimit);
    const lease = { id: this.#job.id, fencingToken: this.#job.fencingToken };
    if (this.#control.isOver) throw leaseLostError(lease);
    const held =
      this.#control.abortedBy?.code !== 'JOBS_LEASE_LOST' &&
      (await this.#services.backend.setProgress({ lease, progress: stored }));
    if (!held) throw this.#loseLease(lease);
    this.#progress = stored;
    await this.onProgress?.(progress as number | object);
  }

  async #holdBack(ms: number): Promise<void> {
    checkDuration('ms', ms, { min: 0, max: MAX_DURATION_MS });
    const { backend, clock } = this.#services;
    if (backend.limits === undefined) throw notSupported(backend.name, 'limits');
    const lease = { id: this.#job.id, fencingToken: this.#job.fencingToken };
    if (!(await backend.limits.holdBack({ lease, ms, now: clock.now() })))
      throw this.#loseLease(lease);
  }

  async #completeIn(transaction: unknown, result: unknown): Promise<void> {
    const { backend } = this.#services;
    if (!backend.capabilities.transactions || backend.completeIn === undefined) {
      throw notSupported(backend.name, 'transactions');
    }
    if (transaction === undefined || transaction === null) {
      throw invalidArgument('transaction', 'a transaction you began', transaction);
    }
    const lease = { id: this.#job.id, fencingToken: this.#job.fencingToken };
    if (this.#control.isOver) throw this.#loseLease(lease);
    if (this.#control.abortedBy !== undefined) throw this.#control.abortedBy;
    const stored = this.#encoder?.encodeResult(result);
    if (!(await backend.completeIn({ lease, result: stored, transaction }))) {
      throw this.#control.isRecorded ? completedTwiceError(lease) : this.#loseLease(lease);
    }
    this.#control.isRecorded = true;
  }

  async #childResults(): Promise<ReadonlyMap<string, unknown>> {
    const results = new Map<string, unknown>();
    for (const { id, status, result, isChild } of await this.dependencies()) {
      if (isChild && status === 'completed') results.set(id, result);
    }
    return results;
  }

  /** Refuses to decide how a run ends that has ended, as in a hook behind it, or in what the handler does not await. */
  #refuseWhenOver(): void {
    if (this.#control.isOver) throw leaseLostError(this.#job);
  }

  #loseLease(lease: Lease): JobsError {
    const error = leaseLostError(lease);
    this.#control.abort(error);
    return error;
  }

  #writeLog(args: readonly unknown[]): void {
    const { backend, clock, reportError } = this.#services;
    if (this.#control.isPast) {
      this.#control.noteStray(leaseLostError(this.#job));
      return;
    }
    if (backend.logs === undefined) {
      reportError(notSupported(backend.name, 'logs'), { jobId: this.jobId, name: this.name });
      return;
    }
    this.#log ??= new RunLog(backend.logs, this.jobId, this.attempt, (error) =>
      reportError(error, { jobId: this.jobId, name: this.name }),
    );
    this.#log.write(clock.now(), args);
  }

  async #takeRateLimit(limit: { key: string; max: number; per: number }): Promise<void> {
    checkOptions('takeRateLimit', limit, ['key', 'max', 'per']);
    checkId('key', limit.key);
    checkInteger('max', limit.max, { min: 1, max: 100_000 });
    checkDuration('per', limit.per, { min: 1, max: MAX_DURATION_MS });
    this.#refuseWhenOver();
    const runAt = await this.reserve(limit);
    if (runAt === undefined) return;
    const { key: turn } = limit;
    // If something else has ended the run meanwhile, that stands, and the reservation would go unused.
    const isOver = this.#control.isOver || this.#control.decision !== undefined;
    if (isOver || this.#control.abortedBy !== undefined) {
      await this.#services.backend.limiter?.giveBack?.({ key: turn, at: runAt });
    }
    this.#control.end({ type: 'snooze', reason: 'rate-limit', runAt, turn });
  }

  /**
   * Takes a start under a limit; returns when the reservation is due, or `undefined` to start now. A job that comes
   * back at its reservation need not make another; a reservation that passed more than a window ago is void.
   */
  async reserve(limit: { key: string; max: number; per: number }): Promise<number | undefined> {
    const { backend, clock } = this.#services;
    if (backend.limiter === undefined) throw notSupported(backend.name, 'rateLimits');
    const now = clock.now();
    if (this.#job.snoozeReason === 'rate-limit' && now - this.#job.runAt <= limit.per) return;
    const { waitMs } = await backend.limiter.take({ ...limit, now });
    return waitMs > 0 ? now + waitMs : undefined;
  }
}

function checkProgress(progress: unknown, limit: ByteLimit): JobProgress {
  if (typeof progress === 'number') {
    if (Number.isFinite(progress)) return progress;
  } else if (typeof progress === 'object' && progress !== null && !Array.isArray(progress)) {
    const stored = toJson(progress, 'progress', 'JOBS_PAYLOAD_NOT_SERIALIZABLE', limit);
    // Its `toJSON` may return something else, as that of a Date does.
    if (typeof stored === 'object' && stored !== null && !Array.isArray(stored)) {
      return stored as JsonObject;
    }
  }
  throw invalidArgument('progress', 'a finite number or an object', progress);
}
