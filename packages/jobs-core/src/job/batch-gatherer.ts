import { invalidArgument } from '../check/argument.ts';
import { isThenable } from '../check/is-thenable.ts';
import type { TimerHandle } from '../clock/clock.ts';
import { detached } from '../clock/detached.ts';
import { isError } from '../errors/is-error.ts';
import { isJobsError } from '../errors/jobs-error.ts';
import type { IQueue } from '../queue/queue-interface.ts';
import type { BatchContext } from './define-batch-job.ts';
import type { JobContext } from './job-context.ts';

type Handle = (payloads: readonly unknown[], ctxs: readonly BatchContext<unknown>[]) => unknown;

/** Says how a batch is gathered and handled. */
export interface BatchSettings {
  readonly size: number;
  readonly wait: number;
  readonly handle: Handle;
}

/** Is one job in a batch: its run waits for its outcome. */
interface Member {
  readonly payload: unknown;
  readonly ctx: JobContext;
  /** The error thrown by `fail` or `snooze` of its context: it decides the outcome, whatever the handler returns. */
  ended: unknown;
  readonly complete: (result: unknown) => void;
  readonly fail: (error: unknown) => void;
  /** Ignores aborts from here on: the job goes to the handler. */
  readonly stay: () => void;
}

/**
 * Gathers the jobs of one type and queue in this process: the first one waits for more, until there are enough, the
 * worker has no slot left for another one, or stops, or the time is up.
 */
export class BatchGatherer {
  readonly #queue: IQueue;
  readonly #settings: BatchSettings;
  #members: Member[] = [];
  #timer: TimerHandle;
  #stopListening = (): void => undefined;
  #hasWarned = false;

  constructor(queue: IQueue, settings: BatchSettings) {
    this.#queue = queue;
    this.#settings = settings;
  }

  /** Adds a job; settles as its run does. A job whose run is aborted while it waits leaves. */
  join(payload: unknown, ctx: JobContext): Promise<unknown> {
    return new Promise((complete, fail) => {
      const { signal } = ctx;
      if (signal.aborted) return fail(signal.reason);
      const leave = (): void => {
        this.#members = this.#members.filter((other) => other !== member);
        if (this.#members.length === 0) this.#stopTimer();
        fail(signal.reason);
      };
      const stay = (): void => signal.removeEventListener('abort', leave);
      const member: Member = { payload, ctx, ended: undefined, complete, fail, stay };
      signal.addEventListener('abort', leave, { once: true });
      this.#members.push(member);
      // The handler sees no async context of one of its jobs' middleware.
      const flush = (): void => detached(() => this.#flush(), undefined);
      const { workerStops } = ctx as { readonly workerStops?: AbortSignal };
      if (this.#members.length >= this.#room(ctx) || workerStops?.aborted) flush();
      else if (this.#members.length === 1) {
        this.#timer = this.#queue.clock.setTimeout(flush, this.#settings.wait);
        workerStops?.addEventListener('abort', flush, { once: true });
        this.#stopListening = () => workerStops?.removeEventListener('abort', flush);
      }
    });
  }

  /** Returns how many jobs make a batch: no more than the worker runs at once, since each holds a slot. */
  #room(ctx: JobContext): number {
    const { size } = this.#settings;
    const { workerSlots: slots = size } = ctx as { readonly workerSlots?: number };
    if (slots < size && !this.#hasWarned) {
      this.#hasWarned = true;
      this.#queue.logger.warn(
        `Job \`${ctx.name}\` takes up to ${size} jobs at once, but the worker of \`${this.#queue.name}\` runs ${slots}. Raise its \`concurrency\`.`,
      );
    }
    return Math.min(size, slots);
  }

  #stopTimer(): void {
    this.#stopListening();
    this.#queue.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #flush(): void {
    this.#stopTimer();
    const members = this.#members;
    this.#members = [];
    for (const member of members) member.stay();
    if (members.length > 0) void this.#handle(members);
  }

  /** Runs the handler and gives each job its outcome. Never rejects. */
  async #handle(members: readonly Member[]): Promise<void> {
    const payloads = members.map(({ payload }) => payload);
    const ctxs = members.map((member) => batchContext(member));
    try {
      const answer = await this.#settings.handle(payloads, ctxs);
      handleRejections(answer);
      const results = checkResults(answer, members.length);
      for (const [index, member] of members.entries()) {
        const result = results[index];
        if (member.ended !== undefined) member.fail(member.ended);
        else if (isError(result)) member.fail(result);
        else member.complete(result);
      }
    } catch (error) {
      for (const member of members) member.fail(member.ended ?? error);
    }
  }
}

/** Makes the context of a job in a batch: what ends a run decides for this job alone, and returns. */
function batchContext(member: Member): BatchContext<unknown> {
  const { ctx } = member;
  const note = (ended: unknown): void => {
    if (!ctx.ended) throw ended; // a mistake in the arguments
    member.ended ??= ended;
  };
  const decide =
    <TArguments extends readonly unknown[]>(end: (...args: TArguments) => never) =>
    (...args: TArguments): void => {
      try {
        end(...args);
      } catch (ended) {
        // The run of this one is over already, which is nothing to the others.
        if (!isJobsError(ended, 'JOBS_LEASE_LOST')) note(ended);
      }
    };
  const decideLater =
    <TArguments extends readonly unknown[]>(end: (...args: TArguments) => Promise<unknown>) =>
    (...args: TArguments): Promise<void> => {
      const decided = end(...args).then(() => undefined, note);
      // The context reports what the handler does not await.
      decided.catch(() => undefined);
      return decided;
    };
  const own: Readonly<Record<string, unknown>> = {
    fail: decide(ctx.fail),
    snooze: decide(ctx.snooze),
    takeRateLimit: decideLater(ctx.takeRateLimit),
    addChildren: decideLater(ctx.addChildren),
  };
  return new Proxy(ctx, {
    // Read from the context itself, whose getters look at private fields.
    get: (target, key) =>
      typeof key === 'string' && Object.hasOwn(own, key) ? own[key] : Reflect.get(target, key),
  }) as unknown as BatchContext<unknown>;
}

/** Lets no result that is a promise end the process where its job has another outcome. */
function handleRejections(answer: unknown): void {
  if (!Array.isArray(answer)) return;
  for (const one of answer) if (isThenable(one)) one.then(undefined, () => undefined);
}

function checkResults(answer: unknown, count: number): readonly unknown[] {
  if (answer === undefined) return Array.from({ length: count });
  if (Array.isArray(answer) && answer.length === count) return answer;
  throw invalidArgument(
    'handler()',
    `an array of ${count} results or errors, one for each job, or nothing`,
    answer,
  );
}
