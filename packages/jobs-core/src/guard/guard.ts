import { isThenable } from '../check/is-thenable.ts';
import { atMost } from '../clock/abortable-delay.ts';
import type { Clock } from '../clock/clock.ts';
import { isJobsError, JobsError } from '../errors/jobs-error.ts';
import { toError } from '../errors/serialize-error.ts';
import { InFlight, type Placed } from '../in-flight/in-flight.ts';
import type { MaybePromise } from '../lease/lease-store.ts';

interface PendingCall extends Placed {
  readonly method: string;
  readonly timeoutMs: number;
  deadline: number;
  /** Whether it was given more time, since the process was late to look at it. */
  isSpared: boolean;
  readonly reject: (error: JobsError) => void;
}

/** How late the process is to look at the calls when it lets answers that have come meanwhile in first, and for how long. */
const LATE_MS = 100;

/**
 * Watches over calls of a backend: a call that throws, does not return in time or returns an invalid value becomes an
 * error with a code, so no caller hangs. Costs one timer while calls are under way, not one a call.
 */
export class Guard {
  readonly #backendName: string;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #pending = new InFlight<PendingCall>();
  #armed = false;
  /** When the calls are looked at next. */
  #looksAt = 0;
  /** Waits for the end of the calls under way. */
  #onIdle: (() => void) | undefined;

  constructor(backendName: string, clock: Clock, timeoutMs: number) {
    this.#backendName = backendName;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Makes a call and passes its answer on if `isValid` accepts it. An answer that comes after the guard gave up goes
   * to `onLate`, which ends what it started. A call that does the work of several `calls` gets as much more time.
   *
   * @throws JobsError `JOBS_BACKEND_UNAVAILABLE` when it fails or does not return in time, `JOBS_BACKEND_CONTRACT`
   * when it returns an invalid value
   */
  call<T>(
    method: string,
    call: () => Promise<T>,
    isValid: (answer: T) => boolean,
    onLate?: (answer: T) => void,
    calls = 1,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const timeoutMs = this.#timeoutMs * calls;
      const deadline = this.#clock.now() + timeoutMs;
      const pending: PendingCall = {
        method,
        timeoutMs,
        deadline,
        isSpared: false,
        reject,
        place: -1,
      };
      this.#pending.add(pending);
      this.#arm(deadline);
      const fail = (error: unknown): void => {
        this.#over(pending);
        reject(this.#failure(method, error));
      };
      try {
        Promise.resolve(call()).then((answer) => {
          const isLate = !this.#over(pending);
          if (!isValid(answer)) reject(this.#nonsense(method));
          else if (isLate) onLate?.(answer);
          else resolve(answer);
        }, fail);
      } catch (error) {
        fail(error);
      }
    });
  }

  /** Makes a call that may return synchronously, which then costs no promise and no deadline. */
  callAtOnce<TParams, TAnswer>(
    method: string,
    params: TParams,
    call: (params: TParams) => MaybePromise<TAnswer>,
    isValid: (answer: TAnswer, params: TParams) => boolean,
    calls = 1,
  ): MaybePromise<TAnswer> {
    let answer: MaybePromise<TAnswer>;
    try {
      answer = call(params);
    } catch (error) {
      return Promise.reject(this.#failure(method, error));
    }
    if (isThenable(answer)) {
      return this.#callLater(method, params, answer as Promise<TAnswer>, isValid, calls);
    }
    return isValid(answer, params) ? answer : Promise.reject(this.#nonsense(method));
  }

  /** Makes a call within the caller's transaction: it has no deadline of its own and is never given up. */
  async callUntimed<T>(
    method: string,
    call: () => MaybePromise<T>,
    isValid: (answer: T) => boolean,
  ): Promise<T> {
    let answer: T;
    try {
      answer = await call();
    } catch (error) {
      throw this.#failure(method, error);
    }
    if (!isValid(answer)) throw this.#nonsense(method);
    return answer;
  }

  #callLater<TParams, TAnswer>(
    method: string,
    params: TParams,
    answer: Promise<TAnswer>,
    isValid: (answer: TAnswer, params: TParams) => boolean,
    calls: number,
  ): Promise<TAnswer> {
    return this.call(
      method,
      () => answer,
      (came) => isValid(came, params),
      undefined,
      calls,
    );
  }

  /** Resolves when no call is under way, or after `timeout` milliseconds. */
  async settled(timeout: number): Promise<void> {
    if (this.#pending.size === 0) return;
    const idle = new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
    await atMost(this.#clock, timeout, idle);
  }

  /** Forgets a call; returns whether it was still waited for. */
  #over(call: PendingCall): boolean {
    const isKnown = this.#pending.delete(call);
    if (this.#pending.size === 0) this.#onIdle?.();
    return isKnown;
  }

  #arm(at: number): void {
    if (this.#armed) return;
    this.#armed = true;
    const now = this.#clock.now();
    // A call made later may have to end before.
    const delay = Math.min(this.#timeoutMs, Math.max(1, at - now));
    this.#looksAt = now + delay;
    this.#clock.setTimeout(() => this.#expire(), delay, { background: true });
  }

  /** Gives up on calls past their deadline; checks again while calls are under way. */
  #expire(): void {
    this.#armed = false;
    const now = this.#clock.now();
    const isLate = now >= this.#looksAt + LATE_MS;
    let next = Number.POSITIVE_INFINITY;
    for (const call of this.#pending.items()) {
      if (isLate && !call.isSpared && call.deadline <= now) {
        call.isSpared = true;
        call.deadline = now + LATE_MS;
      }
      // A clock that was set back gives no call more than its time once more.
      call.deadline = Math.min(call.deadline, now + call.timeoutMs);
      if (call.deadline <= now) {
        this.#over(call);
        call.reject(this.#silence(call));
      } else {
        next = Math.min(next, call.deadline);
      }
    }
    if (next !== Number.POSITIVE_INFINITY) this.#arm(next);
  }

  #failure(method: string, error: unknown): JobsError {
    if (isJobsError(error)) return error;
    return new JobsError(
      'JOBS_BACKEND_UNAVAILABLE',
      `The backend \`${this.#backendName}\` failed in \`${method}\`: ${toError(error).message}`,
      { cause: error, details: { backend: this.#backendName, method } },
    );
  }

  #silence({ method, timeoutMs }: PendingCall): JobsError {
    return new JobsError(
      'JOBS_BACKEND_UNAVAILABLE',
      `The backend \`${this.#backendName}\` did not answer \`${method}\` within ${timeoutMs} ms. ` +
        'What was asked for may still happen; asking again with the same job id is safe.',
      { details: { backend: this.#backendName, method } },
    );
  }

  #nonsense(method: string): JobsError {
    return new JobsError(
      'JOBS_BACKEND_CONTRACT',
      `The backend \`${this.#backendName}\` answered \`${method}\` with something the contract does not allow. ` +
        'Run the conformance suite of `@philjs/jobs-testkit` against it.',
      { details: { backend: this.#backendName, method } },
    );
  }
}
