import { type Deferred, deferred } from './deferred.ts';
import type { Job } from './job.ts';

interface EnqueueTogetherParams<TPrepared> {
  /** How many jobs there are. */
  readonly count: number;
  /** Runs the middleware around one of them, which calls `meet` where it would store. */
  readonly run: (index: number, meet: (prepared: TPrepared) => Promise<Job>) => Promise<Job>;
  /** Stores what met. */
  readonly store: (prepared: readonly TPrepared[]) => Promise<readonly Job[]>;
}

interface Waiting<TPrepared> {
  readonly prepared: TPrepared;
  readonly stored: Deferred<Job>;
}

/**
 * Lets the middleware of many jobs run up to where each would store its own, stores what got there
 * together in the order of the jobs, and lets them go on. When one fails before, nothing is stored, and
 * those still on their way are refused where they would have met the others.
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
