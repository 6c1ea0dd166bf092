/**
 * Is the promise of a call that a handler need not await. It never ends the process by a rejection of its own, and
 * knows whether the handler asked how it ends, and so saw its failure.
 */
export class WatchedCall<T> extends Promise<T> {
  /** Whether it was awaited, or given a listener. */
  isSeen = false;

  /** Makes those that follow it ordinary ones. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  /** Follows a call, and notes its failure. */
  static of<T>(call: Promise<T>, onFailure: (error: unknown, call: Seen) => void): Promise<T> {
    const watched = new WatchedCall<T>((resolve) => resolve(call));
    watched.#listen((error) => onFailure(error, watched));
    return watched;
  }

  // biome-ignore lint/suspicious/noThenProperty: to learn that it is awaited, it has to be that of a promise.
  override then<A = T, B = never>(
    onDone?: ((value: T) => A | PromiseLike<A>) | null,
    onFailure?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.isSeen = true;
    return super.then(onDone, onFailure);
  }

  #listen(onFailure: (error: unknown) => void): void {
    super.then(undefined, onFailure);
  }
}

/** Says whether the caller sees how a call ends. */
export type Seen = Pick<WatchedCall<unknown>, 'isSeen'>;
