import type { Outcome } from '../contract/outcome.ts';
import type { JobsError } from '../errors/jobs-error.ts';
import type { AttemptEnd } from '../job/attempt-end.ts';
import type { Seen } from './watched-call.ts';

/** Says how a handler itself ended its run. */
export type RunDecision =
  | Extract<Outcome, { type: 'snooze' }>
  | { readonly type: 'fail'; readonly error: unknown };

const brand: symbol = Symbol.for('@philjs/run-ended');

/**
 * Unwinds a handler that ended its run by `ctx.snooze` or `ctx.fail`. Middleware sees it pass, and lets it through.
 */
export class RunEnded extends Error {
  /** The decision: put back without using an attempt, or failed for good (`cause` says why). */
  readonly decision: 'snooze' | 'fail';

  /** Is made by `ctx.snooze` and `ctx.fail` only. */
  constructor(decision: RunDecision) {
    super(
      'The run was ended by `ctx.snooze` or `ctx.fail`; let this error pass',
      decision.type === 'fail' ? { cause: decision.error } : undefined,
    );
    this.name = 'RunEnded';
    this.decision = decision.type;
    Object.defineProperty(this, brand, { value: true });
  }

  /** Returns whether a value is one, also of another copy of this package in the process. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value;
  }
}

/** Reports the failure of a call that the handler need not await. */
export interface StrayReporter {
  reportStray(error: unknown): void;
}

const NO_LISTENERS: readonly never[] = [];
const NO_STRAYS: readonly never[] = [];
/** How many failures of one run are kept until it ends. */
const MOST_STRAYS = 100;
const UNSEEN: Seen = { isSeen: false };

/** Holds the events that can end a run before its handler returns: an abort, or a decision. */
export class RunControl {
  /** Why the run was aborted. */
  abortedBy: JobsError | undefined;
  /** The handler's decision by `ctx.snooze` or `ctx.fail`; it stands even if the handler goes on. */
  decision: RunDecision | undefined;
  /** The listeners to the end of the attempt. */
  listeners: readonly ((end: AttemptEnd) => unknown)[] = NO_LISTENERS;
  /** Whether the handler completed the job in a transaction of its own, which may yet be rolled back. */
  isRecorded = false;
  /** Whether the hooks behind the run have ended, too. */
  isPast = false;
  #controller: AbortController | undefined;
  /** The failures of calls that a handler need not await: the first of the run, and the latest. */
  #strays: readonly { readonly error: unknown; readonly call: Seen }[] = NO_STRAYS;
  #isStrayTold = false;
  #reporter: StrayReporter | undefined;

  /** Whether the run has ended: later actions of its handler change nothing. */
  get isOver(): boolean {
    return this.#reporter !== undefined;
  }

  /** Notes a failure that the handler may never see, since it may not await the call that failed. */
  noteStray(error: unknown, call: Seen = UNSEEN): void {
    if (this.#reporter === undefined) {
      this.#strays = [...this.#strays.slice(0, MOST_STRAYS - 1), { error, call }];
    } else if (error !== this.abortedBy) this.#tell(error, this.#reporter);
  }

  /**
   * Ends the run. One failure is reported that was noted and that the handler did not look at, or that comes after
   * the end, unless the run ended because of it.
   */
  close(endedBy: unknown, reporter: StrayReporter): void {
    this.#reporter = reporter;
    const stray = this.#strays.find(
      ({ error, call }) => !call.isSeen && !isCauseOf(error, endedBy) && error !== this.abortedBy,
    );
    this.#strays = NO_STRAYS;
    if (stray !== undefined) this.#tell(stray.error, reporter);
  }

  /** Reports a failure, unless one of this run was. */
  #tell(error: unknown, reporter: StrayReporter): void {
    if (this.#isStrayTold) return;
    this.#isStrayTold = true;
    reporter.reportStray(error);
  }

  /** The run's signal, made on first access. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.abortedBy !== undefined) this.#controller.abort(this.abortedBy);
    }
    return this.#controller.signal;
  }

  /** Aborts the signal. The first reason stands. */
  abort(error: JobsError): void {
    this.abortedBy ??= error;
    this.#controller?.abort(this.abortedBy);
  }

  /** Ends the run from within the handler. */
  end(decision: RunDecision): never {
    this.decision ??= decision;
    throw new RunEnded(this.decision);
  }
}

/** Returns whether an error is another one, or among its causes. */
function isCauseOf(cause: unknown, error: unknown): boolean {
  const seen = new Set<unknown>();
  for (let one = error; !seen.has(one); one = causeOf(one)) {
    if (one === cause) return true;
    seen.add(one);
  }
  return false;
}

function causeOf(error: unknown): unknown {
  try {
    return error instanceof Error ? error.cause : undefined;
  } catch {
    // A getter, or a proxy, that throws.
    return undefined;
  }
}
