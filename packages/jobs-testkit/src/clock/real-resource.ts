/** Names what Node reports of work outside of JavaScript: requests, handles, threads, timers. */
const REAL = /REQ|WRAP$|^ZLIB$|^WORKER$|^STATWATCHER$|^MESSAGEPORT$|^Timeout$/;

/** Holds a resource of Node's, as `async_hooks` reports it. */
export interface RealResource {
  /** The kind, such as `FSREQPROMISE`. */
  readonly type: string;
  /** The resource. What is under way is kept by Node itself. */
  readonly resource: WeakRef<object>;
}

/** The parts of resources that tell whether they are under way. */
interface Inside {
  /** Handles, threads and timers: whether it keeps the process alive. */
  hasRef?(): boolean;
  /** Jobs of `node:crypto`: starts one, and gives its result when it is not asynchronous. */
  run?(...args: unknown[]): unknown;
  /** Compression: the input of the write under way. */
  readonly buffer?: unknown;
  /** Timers: whether it has fired or was cleared, and its delay. */
  readonly _destroyed?: boolean;
  readonly _idleTimeout?: number;
}

/**
 * Calls back once a resource of a kind that does work is under way: at once, but for those of `node:crypto`, which the
 * calls that end in `Sync` make too.
 */
export function whenStarted(type: string, resource: object, started: () => void): void {
  if (!REAL.test(type)) return;
  const job = resource as Inside;
  const { run } = job;
  if (!type.endsWith('REQUEST') || typeof run !== 'function') {
    started();
    return;
  }
  job.run = (...args) => {
    const answer = run.apply(job, args);
    if (!Array.isArray(answer)) started();
    return answer;
  };
}

/** Returns whether a resource does more than one thing in its life: the first callback does not end it. */
export function lasts({ type, resource }: RealResource): boolean {
  return type === 'ZLIB' || typeof (resource.deref() as Inside | undefined)?.hasRef === 'function';
}

/**
 * Returns whether a resource is under way. A timer that would let its process end, or that fires after more than
 * `withinMs`, is none that the work waits for: it guards something.
 */
export function isUnderWay({ type, resource }: RealResource, withinMs: number): boolean {
  const inside = resource.deref() as Inside | undefined;
  if (inside === undefined) return false;
  if (type === 'ZLIB') return inside.buffer !== null && inside.buffer !== undefined;
  if (inside.hasRef?.() === false) return false;
  return (
    type !== 'Timeout' || (inside._destroyed !== true && Number(inside._idleTimeout) <= withinMs)
  );
}
