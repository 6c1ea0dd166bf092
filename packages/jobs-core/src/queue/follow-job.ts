import { checkOptions, checkSignal } from '../check/argument.ts';
import type { Clock, TimerHandle } from '../clock/clock.ts';
import type { JobProgress } from '../contract/job-record.ts';
import { jobNotFoundError } from '../errors/error-factories.ts';
import { checkId } from '../job/check-name.ts';
import type { Job } from './job.ts';
import type { AnyQueueEvent } from './queue-events.ts';
import type { IQueue } from './queue-interface.ts';

/** How often to look: events may be missed, or subscribing to them may have failed. In milliseconds. */
const POLL_MS = 5_000;
/** How long after a job of its queue has ended to look at one that waits for others. In milliseconds. */
const BLOCKED_MS = 250;

/** The events after which a job waits for fewer others. */
const ENDS: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled', 'removed']);

/** Says how to follow a job. */
export interface FollowOptions {
  /** Ends the iteration when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/** The parts of a queue that a job is followed by. */
type Followed = Pick<IQueue, 'backend' | 'clock' | 'events' | 'getJob'>;

/**
 * Iterates over the states of a job, on whatever process it runs: the present one, then one after each change of its
 * status, progress or attempts, and last the one in which it ended. Of a job that waits for others also one as they end,
 * at most four in a second, and one in five seconds for those in other queues. For a page that shows how far a job is. A slow
 * reader misses states in between, never the last one; of a job that is removed as soon as it has ended, that may lack
 * attempts since the one before. The iteration ends early when the signal aborts, or the job is removed before it has
 * ended.
 *
 * @example
 * for await (const { status, progress } of followJob(queue, id)) console.log(status, progress);
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`; the iteration throws `JOBS_NOT_FOUND` when there is no such job, and
 * `JOBS_QUEUE_CLOSED`
 */
export function followJob<TPayload, TResult>(
  queue: Followed,
  job: Job<TPayload, TResult> | string,
  options: FollowOptions = {},
): AsyncGenerator<Job<TPayload, TResult>, void, undefined> {
  const id = checkId('id', typeof job === 'string' ? job : job?.id);
  checkOptions('followJob', options, ['signal']);
  checkSignal('signal', options.signal);
  const left = new AbortController();
  const iteration = states(queue, id, [options.signal, left.signal]);
  const end = iteration.return.bind(iteration);
  // By itself, a generator that waits for a change would end only after that.
  iteration.return = (value) => {
    left.abort();
    return end(value);
  };
  return iteration as AsyncGenerator<Job<TPayload, TResult>, void, undefined>;
}

async function* states(
  queue: Followed,
  id: string,
  signals: readonly (AbortSignal | undefined)[],
): AsyncGenerator<Job, void, undefined> {
  const isLeft = (): boolean => signals.some((signal) => signal?.aborted);
  if (isLeft()) return;
  const changes = new Changes(queue, id);
  const end = (): void => changes.end();
  for (const signal of signals) signal?.addEventListener('abort', end, { once: true });
  try {
    // The first answer comes when no event will be missed any more; what happened before, the second one shows.
    const first = await queue.getJob(id);
    if (first === undefined) throw jobNotFoundError(id);
    let last: Job = first;
    for (let shown: Job | undefined; !isLeft(); ) {
      changes.clear();
      const now: Job | undefined = (await queue.getJob(id)) ?? changes.lastOf(last);
      if (now === undefined || isLeft()) return;
      last = now;
      if (shown === undefined || differ(shown, now)) {
        shown = now;
        yield now;
      }
      if (isOver(now)) return;
      await changes.next(now.status === 'blocked');
    }
  } finally {
    for (const signal of signals) signal?.removeEventListener('abort', end);
    changes.end();
  }
}

function isOver({ status }: Job): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}

function differ(a: Job, b: Job): boolean {
  return tell(a) !== tell(b);
}

function tell({ status, progress, attemptsMade, fencingToken, dependencies }: Job): string {
  return JSON.stringify([status, progress, attemptsMade, fencingToken, dependencies]);
}

/** Listens to the events of one job. */
class Changes {
  readonly #clock: Clock;
  readonly #ended = new AbortController();
  #last: AnyQueueEvent | undefined;
  #progress: JobProgress | undefined;
  #hasChanged = false;
  #hasOtherEnded = false;
  #wake: () => void = () => undefined;
  #wakeSoon: () => void = () => undefined;

  constructor(queue: Followed, id: string) {
    this.#clock = queue.clock;
    if (queue.backend.events !== undefined) this.#listen(queue, id).catch(() => this.end());
  }

  /** Forgets what has changed so far. */
  clear(): void {
    this.#hasChanged = false;
    this.#hasOtherEnded = false;
  }

  /** Waits until something has changed, or it is time to look: soon at a blocked job when another has ended. */
  next(isBlocked: boolean): Promise<void> {
    if (this.#hasChanged || this.#ended.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wakeIn = (ms: number): TimerHandle => this.#clock.setTimeout(() => this.#wake(), ms);
      let timer = wakeIn(isBlocked && this.#hasOtherEnded ? BLOCKED_MS : POLL_MS);
      this.#wake = () => {
        this.#clock.clearTimeout(timer);
        this.#wakeSoon = () => undefined;
        resolve();
      };
      this.#wakeSoon = () => {
        if (!isBlocked) return;
        this.#clock.clearTimeout(timer);
        timer = wakeIn(BLOCKED_MS);
      };
    });
  }

  /** Makes the last state of a job that was removed as soon as it had ended. */
  lastOf(job: Job): Job | undefined {
    const event = this.#last;
    if (event === undefined) return undefined;
    // An error is that of an earlier attempt.
    const { error: _, ...rest } = job;
    const { at: finishedAt } = event;
    const progress = this.#progress ?? job.progress;
    if (event.type === 'completed') {
      return { ...rest, progress, finishedAt, status: 'completed', result: event.result };
    }
    if (event.type !== 'failed' && event.type !== 'cancelled') return undefined;
    return { ...rest, progress, finishedAt, status: event.type, error: event.error };
  }

  /** Ends listening. */
  end(): void {
    this.#ended.abort();
    this.#wake();
  }

  #noteOther({ type }: AnyQueueEvent): void {
    if (this.#hasOtherEnded || !ENDS.has(type)) return;
    this.#hasOtherEnded = true;
    this.#wakeSoon();
  }

  async #listen(queue: Followed, id: string): Promise<void> {
    for await (const event of queue.events({ signal: this.#ended.signal })) {
      if (!('jobId' in event) || event.type === 'error') continue;
      if (event.jobId !== id) {
        this.#noteOther(event);
        continue;
      }
      if (event.type !== 'removed') this.#last = event;
      if (event.type === 'progress') this.#progress = event.progress;
      this.#hasChanged = true;
      this.#wake();
    }
    // Also where the queue was closed: the next look says so.
    this.end();
  }
}
