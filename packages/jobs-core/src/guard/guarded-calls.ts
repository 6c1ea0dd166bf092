import type { MaybePromise } from '../lease/lease-store.ts';
import type { IsValid } from './answers.ts';
import type { Guard } from './guard.ts';

/** Makes the calls of a backend that is open, under its {@link Guard}. */
export class GuardedCalls {
  readonly #guard: Guard;
  readonly #opening: (method: string, transaction?: unknown) => Promise<unknown> | undefined;

  /** Takes `opening`, which returns what the named call has to wait for, if anything. */
  constructor(
    guard: Guard,
    opening: (method: string, transaction?: unknown) => Promise<unknown> | undefined,
  ) {
    this.#guard = guard;
    this.#opening = opening;
  }

  /** Makes a call, with the time of several `calls`. An answer that comes after the guard gave up goes to `onLate`. */
  make<T>(
    method: string,
    call: () => Promise<T>,
    isValid: IsValid,
    onLate?: (answer: T) => void,
    calls = 1,
  ): Promise<T> {
    const opened = this.#opening(method);
    if (opened === undefined) return this.#guard.call(method, call, isValid, onLate, calls);
    return opened.then(() => this.#guard.call(method, call, isValid, onLate, calls));
  }

  /** Makes a call that may return synchronously, and has the time of several `calls`. */
  makeAtOnce<TParams, TAnswer>(
    method: string,
    params: TParams,
    call: (params: TParams) => MaybePromise<TAnswer>,
    isValid: (answer: unknown, params: TParams) => boolean,
    calls = 1,
  ): MaybePromise<TAnswer> {
    const opened = this.#opening(method);
    if (opened === undefined) return this.#guard.callAtOnce(method, params, call, isValid, calls);
    return this.#makeLater(opened, method, params, call, isValid, calls);
  }

  async #makeLater<TParams, TAnswer>(
    opened: Promise<unknown>,
    method: string,
    params: TParams,
    call: (params: TParams) => MaybePromise<TAnswer>,
    isValid: (answer: unknown, params: TParams) => boolean,
    calls: number,
  ): Promise<TAnswer> {
    await opened;
    return this.#guard.callAtOnce(method, params, call, isValid, calls);
  }

  /** Makes a call within the caller's transaction, without a deadline of its own. */
  makeUntimed<T>(
    method: string,
    call: () => MaybePromise<T>,
    isValid: IsValid,
    transaction?: unknown,
  ): Promise<T> {
    const opened = this.#opening(method, transaction);
    if (opened === undefined) return this.#guard.callUntimed(method, call, isValid);
    return opened.then(() => this.#guard.callUntimed(method, call, isValid));
  }
}
