import { isThenable } from '../check/is-thenable.ts';
import type { TimerHandle } from '../clock/clock.ts';
import type { RecordedRun, StartedJob } from '../contract/consumer.ts';
import type { JobRecord } from '../contract/job-record.ts';
import type { Outcome } from '../contract/outcome.ts';
import { rolledBackError } from '../errors/error-factories.ts';
import { JobsError } from '../errors/jobs-error.ts';
import { InFlight, type Placed } from '../in-flight/in-flight.ts';
import { keepLayout } from '../in-flight/keep-layout.ts';
import { encodeValue } from '../job/encode-value.ts';
import type { JobDefinition } from '../job/job-definition.ts';
import type { RateLimit } from '../job/job-options.ts';
import { lacksLimitKeys, limitKeysOf } from '../job/limit-keys.ts';
import type { JsonValue } from '../json/json-value.ts';
import { toJson } from '../json/to-json.ts';
import { runMiddleware } from '../middleware/compose-middleware.ts';
import type { Middleware } from '../middleware/middleware.ts';
import { middlewareOf } from '../middleware/middleware-of.ts';
import { COUNTERS } from './counters.ts';
import { type Decided, decideOutcome, NO_RESULT } from './decide-outcome.ts';
import { attemptEndOf, recordedAs, runEndHooks } from './end-of-attempt.ts';
import { isCompleted } from './is-completed.ts';
import { rateLimitTurn } from './rate-limit-turn.ts';
import { readPayload } from './read-payload.ts';
import { type ResultEncoder, RunContext } from './run-context.ts';
import { RunControl, type StrayReporter } from './run-control.ts';
import { runHook } from './run-hook.ts';
import type { RunPlan } from './run-plan.ts';
import type { RunServices } from './run-services.ts';
import { withLetter } from './with-letter.ts';

/**
 * Runs one job once: from the claim to the outcome, which is given once and does not change, and to the actions after
 * it is recorded.
 */
export class JobRun
  extends RunControl
  implements Placed, RecordedRun, ResultEncoder, StrayReporter
{
  readonly #services: RunServices;
  readonly #plan: RunPlan;
  readonly #job: JobRecord;
  readonly #runs: InFlight<JobRun>;
  readonly #started: StartedJob;
  readonly #context: RunContext;
  readonly #startedAt: number;
  place = -1;
  #handlerStarted = false;
  #ended = false;
  #decided: Decided | undefined;
  #result: unknown;
  #endedAt: number;
  #timer: TimerHandle;

  static {
    const started = { job: {} as JobRecord, settle: () => undefined };
    const plan = { definition: { options: {} } } as RunPlan;
    keepLayout(new JobRun({} as RunServices, plan, started, 0.5, new InFlight()));
  }

  /**
   * Makes a run of a job that was claimed at `startedAt`, in epoch milliseconds. It is in `runs` until it settles.
   */
  constructor(
    services: RunServices,
    plan: RunPlan,
    started: StartedJob,
    startedAt: number,
    runs: InFlight<JobRun>,
  ) {
    super();
    const { job } = started;
    this.#services = services;
    this.#plan = plan;
    this.#started = started;
    this.#job = job;
    this.#runs = runs;
    this.#startedAt = startedAt;
    this.#endedAt = startedAt;
    this.#context = new RunContext(services, job, this, this);
    const { onProgress } = plan.definition.options;
    if (onProgress !== undefined) this.#hearProgress(onProgress);
  }

  #hearProgress(onProgress: NonNullable<JobDefinition['options']['onProgress']>): void {
    this.#context.onProgress = (progress) =>
      runHook(this.#services, this.#origin, 'onProgress', () =>
        onProgress(progress, this.#context),
      );
  }

  /** The job. */
  get jobId(): string {
    return this.#job.id;
  }

  /** Which start of the job this is. */
  get fencingToken(): number {
    return this.#job.fencingToken;
  }

  /** Runs the job. Never throws. Costs no promise but the handler's own where nothing else requires waiting. */
  start(): void {
    this.#startTimer();
    const { clock } = this.#services;
    // Closures live in functions of their own: otherwise every job pays for their scope even when none is needed.
    if (clock.attend === undefined) void this.#begin();
    else this.#beginAttended();
  }

  #beginAttended(): void {
    void this.#services.clock.attend?.(() => this.#begin(), this.#timeout);
  }

  /** Returns a promise of the handler's end if there is something to wait for. It never rejects. */
  #begin(): Promise<void> | undefined {
    try {
      const { definition, rateLimit } = this.#plan;
      const payload = readPayload(this.#services, definition, this.#job);
      if (payload instanceof Promise || rateLimit) return this.#startLater(payload, rateLimit);
      return this.#run(payload);
    } catch (thrown) {
      this.#fail(thrown);
      return undefined;
    }
  }

  /** Continues once the payload is read and the reservation is due. Never rejects. */
  async #startLater(read: unknown, rateLimit: RateLimit | undefined): Promise<void> {
    try {
      const payload = await read;
      if (rateLimit && (await this.#isOverLimit(rateLimit, payload))) return;
      // The run may have been aborted, even ended, while its payload was read or its reservation made.
      if (this.abortedBy !== undefined) throw this.abortedBy;
      await this.#run(payload);
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  #run(payload: unknown): Promise<void> | undefined {
    const unstarted = this.#reasonNotToStart(payload);
    if (unstarted !== undefined) {
      this.#giveBack(unstarted);
      return undefined;
    }
    this.#context.payload = payload;
    this.#handlerStarted = true;
    const result = this.#attempt(payload);
    if (isThenable(result)) return this.#endAfter(result);
    this.#succeed(result);
    return undefined;
  }

  #endAfter(result: PromiseLike<unknown>): Promise<void> {
    return Promise.resolve(result).then(
      (value) => this.#succeed(value),
      (thrown) => this.#fail(thrown),
    );
  }

  /** Returns the outcome that gives the job back if the store does not know its keys or it would start too late. */
  #reasonNotToStart(payload: unknown): Outcome | undefined {
    const { needsKeys, definition, limits } = this.#plan;
    if (needsKeys && lacksLimitKeys(definition.name, limits, this.#job)) {
      return { type: 'unstarted', keys: limitKeysOf(definition.name, limits, payload) };
    }
    const { startBy } = this.#started;
    return startBy !== undefined && this.#services.clock.now() > startBy
      ? { type: 'unstarted' }
      : undefined;
  }

  /** Ends the run as if it had not happened: no hook runs, and nothing is measured. */
  #giveBack(outcome: Outcome): void {
    this.#ended = true;
    if (this.#timer !== undefined) this.#services.clock.clearTimeout(this.#timer);
    this.#settle(outcome);
  }

  #succeed(result: unknown): void {
    if (this.#ended) return;
    if (this.isRecorded) void this.#succeedIfCommitted(result);
    else this.#end(this.#completed(result), result);
  }

  /** Ends a run whose handler completed the job in a transaction of its own, as the store says that it ended. Never rejects. */
  async #succeedIfCommitted(result: unknown): Promise<void> {
    if (this.#timer !== undefined) this.#services.clock.clearTimeout(this.#timer);
    const { id, fencingToken } = this.#job;
    const isCommitted = await isCompleted(this.#services, this.#job);
    if (isCommitted && !this.#ended) this.#end({ outcome: { type: 'recorded' } }, result);
    // The store refuses this end if it could not be asked, and has the job completed.
    else this.#fail(rolledBackError({ id, fencingToken }));
  }

  #fail(thrown: unknown): void {
    if (!this.#ended) this.#end(this.#decide(thrown));
  }

  /** Aborts the run's signal; with `force` gives the outcome without waiting for the handler. */
  override abort(error: JobsError, force = false): void {
    super.abort(error);
    if (force) this.#fail(error);
  }

  #startTimer(): void {
    const timeout = this.#timeout;
    if (timeout !== undefined) this.#setTimer(timeout);
  }

  get #timeout(): number | undefined {
    return this.#job.timeoutMs ?? this.#plan.timeout;
  }

  #setTimer(timeout: number): void {
    const { clock } = this.#services;
    this.#timer = clock.setTimeout(() => this.#timeOut(timeout), timeout);
  }

  async #isOverLimit(rateLimit: RateLimit, payload: unknown): Promise<boolean> {
    const outcome = await rateLimitTurn({
      services: this.#services,
      job: this.#job,
      definition: this.#plan.definition,
      context: this.#context,
      rateLimit,
      payload,
    });
    if (outcome !== undefined && !this.#ended) this.#end({ outcome });
    return outcome !== undefined;
  }

  #attempt(payload: unknown): unknown {
    const { onBefore } = this.#plan.definition.options;
    return onBefore === undefined ? this.#handle(payload) : this.#handleAfter(onBefore, payload);
  }

  async #handleAfter(
    onBefore: NonNullable<JobDefinition['options']['onBefore']>,
    payload: unknown,
  ): Promise<unknown> {
    await onBefore(payload, this.#context);
    if (this.abortedBy !== undefined) throw this.abortedBy;
    return this.#handle(payload);
  }

  #handle(payload: unknown): unknown {
    const { definition } = this.#plan;
    const { handler } = definition;
    // Not in the plan: the queue's middleware may change at any time.
    const middleware = middlewareOf(this.#services.middleware, definition);
    if (middleware.length === 0) return handler(payload, this.#context);
    return this.#handleWithin(middleware, payload);
  }

  #handleWithin(middleware: readonly Middleware[], payload: unknown): unknown {
    const { handler } = this.#plan.definition;
    return runMiddleware(middleware, payload, this.#context, () => {
      // The attempt may have ended, and the next one have begun, while the middleware waited.
      if (this.abortedBy !== undefined) throw this.abortedBy;
      return handler(payload, this.#context);
    });
  }

  #timeOut(timeout: number): void {
    const error = new JobsError('JOBS_TIMEOUT', `The attempt took longer than ${timeout} ms`);
    this.abort(error, true);
  }

  /** Decides the outcome of a handler that returned; requests from outside or by `ctx` take precedence. */
  #completed(result: unknown): Decided {
    const { abortedBy, decision } = this;
    if (decision !== undefined || abortedBy?.code === 'JOBS_CANCELLED')
      return this.#decide(undefined);
    try {
      if (result === undefined) return NO_RESULT;
      return { outcome: { type: 'complete', result: this.encodeResult(result) } };
    } catch (error) {
      return this.#decide(error);
    }
  }

  /** Turns a result into its stored form. */
  encodeResult(result: unknown): JsonValue | undefined {
    if (result === undefined) return undefined;
    const codec = this.#plan.definition.codec ?? this.#services.codec;
    const encoded = encodeValue(codec, result, 'result', 'JOBS_RESULT_NOT_SERIALIZABLE');
    const { resultLimit } = this.#services;
    return toJson(encoded, 'result', 'JOBS_RESULT_NOT_SERIALIZABLE', resultLimit);
  }

  #decide(thrown: unknown): Decided {
    return decideOutcome({
      services: this.#services,
      definition: this.#plan.definition,
      job: this.#job,
      control: this,
      context: this.#context,
      startedAt: this.#startedAt,
      handlerStarted: this.#handlerStarted,
      thrown,
    });
  }

  /** Gives the outcome; only the first call has an effect. Later actions wait until it is recorded. */
  #end(decided: Decided, result?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#timer !== undefined) this.#services.clock.clearTimeout(this.#timer);
    this.#decided = decided;
    this.#result = result;
    this.#endedAt = this.#services.clock.now();
    this.close(decided.error, this);
    this.#settleOnceLogged(decided.outcome);
  }

  /** Reports the failure of a call that the handler need not await. */
  reportStray(error: unknown): void {
    this.#services.reportError(error, this.#origin);
  }

  #settle(outcome: Outcome): void {
    this.#runs.delete(this);
    const { deadLetter } = this.#plan.definition.options;
    const kept = withLetter(this.#services, this.#job, outcome, deadLetter);
    if (kept instanceof Promise) void kept.then((one) => this.#started.settle(one));
    else this.#started.settle(kept);
  }

  /** Most runs have no logs to wait for, and cost no promise here. */
  #settleOnceLogged(outcome: Outcome): void {
    const logged = this.#context.flushLog();
    if (logged === undefined) this.#settle(outcome);
    else void this.#settleAfter(logged, outcome);
  }

  async #settleAfter(logged: Promise<void>, outcome: Outcome): Promise<void> {
    await logged;
    this.#settle(outcome);
  }

  /** Whether hooks follow the outcome. */
  get hasHooks(): boolean {
    return this.#plan.hasHooks;
  }

  /**
   * Completes an outcome once it is recorded: counts it, notifies listeners, runs hooks. For a lost lease only
   * listeners are notified. Only the first call has an effect.
   */
  recorded(outcome: Outcome | undefined): Promise<void> | undefined {
    const decided = this.#decided;
    if (decided === undefined) return undefined;
    this.#decided = undefined;
    const recorded = outcome && recordedAs(outcome, decided);
    // Closures live in functions of their own: otherwise every job pays for their scope even when none is needed.
    if (this.listeners.length > 0) this.#notifyListeners(recorded);
    if (recorded !== undefined) this.#measure(recorded.outcome);
    if (recorded !== undefined && this.hasHooks) return this.#runHooks(recorded);
    this.isPast = true;
    return undefined;
  }

  async #runHooks(recorded: Decided): Promise<void> {
    await runEndHooks({
      services: this.#services,
      definition: this.#plan.definition,
      context: this.#context,
      handlerStarted: this.#handlerStarted,
      decided: recorded,
      result: this.#result,
    });
    this.isPast = true;
  }

  #notifyListeners(recorded: Decided | undefined): void {
    const times = { endedAt: this.#endedAt, durationMs: this.#endedAt - this.#startedAt };
    const end = attemptEndOf(recorded, this, times);
    for (const listener of this.listeners) {
      void runHook(this.#services, this.#origin, 'onEnd', () => listener(end));
    }
  }

  #measure({ type }: Outcome): void {
    const { metrics } = this.#services;
    const counter = COUNTERS[type];
    if (metrics === undefined || counter === undefined) return;
    const waitMs = this.#startedAt - this.#job.runAt;
    const runMs = this.#endedAt - this.#startedAt;
    metrics.ended(this.#job.name, counter, this.#endedAt, waitMs, runMs);
  }

  get #origin(): { readonly jobId: string; readonly name: string } {
    return { jobId: this.#job.id, name: this.#job.name };
  }
}
