import type { Job } from './job.ts';

interface EnqueueTogetherParams<TPrepared> {
  /** The number of jobs. */
  readonly count: number;
  /** Runs the middleware around one of them, which calls `meet` where it would store. */
  readonly run: (index: number, meet: (prepared: TPrepared) => Promise<Job>) => Promise<Job>;
  /** Stores the jobs that met. */
  readonly store: (prepared: readonly TPrepared[]) => Promise<readonly Job[]>;
}

interface Waiting<TPrepared> {
  readonly prepared: TPrepared;
  readonly stored: Deferred<Job>;
}

/**
 * Runs the middleware of many jobs up to the point where each would store its own, stores the jobs that got there
 * together, in their order, and lets the middleware continue. When one fails before, nothing is stored, and those
 * that have not arrived are refused at that point.
 */
export async function enqueueTogether<TPrepared>(
  params: EnqueueTogetherParams<TPrepared>,
): Promise<Job[]> {
  const waiting = new Map<number, Waiting<TPrepared>>();
  let failure: { readonly error: unknown } | undefined;
  const arrivals: Promise<unknown>[] = [];
  const answers = Array.from({ length: params.count }, (_, index) => {
    const arrival = deferred<void>();
    const answer = params.run(index, async (prepared) => {
      if (failure !== undefined) throw failure.error;
      const stored = deferred<Job>();
      waiting.set(index, { prepared, stored });
      arrival.resolve();
      return stored.promise;
    });
    arrivals.push(Promise.race([arrival.promise, answer]));
    return answer;
  });
  try {
    await Promise.all(arrivals);
    const met = [...waiting].sort(([a], [b]) => a - b).map(([, waits]) => waits);
    const jobs = await params.store(met.map(({ prepared }) => prepared));
    for (const [position, job] of jobs.entries()) met[position]?.stored.resolve(job);
  } catch (error) {
    failure = { error };
    for (const { stored } of waiting.values()) stored.reject(error);
    await Promise.allSettled(answers);
    throw error;
  }
  return Promise.all(answers);
}

/** Holds a promise and the functions that settle it (`Promise.withResolvers`, which Node 20 lacks). */
interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** Makes a promise that code outside it settles. */
function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
