import type { Clock } from '@philjs/jobs-core';
import type { Backend, BackendEvent, Subscription, TickEntry } from '@philjs/jobs-core/backend';
import { hasEnded, withOutcome } from '../history/run-outcome.ts';
import { errorLine, type FiredDetail, tickEntry } from '../history/tick-detail.ts';

/** How many runs are watched at most; the outcome of others is looked up when the ledger is read. */
const WATCHED = 10_000;
/** How long to keep listening without a watched run, in milliseconds, as the next tick may be near. */
const LINGER_MS = 30_000;

/** Describes a watched run. */
interface Watched {
  readonly scheduleId: string;
  /** The tick of the run; absent for a run that is watched only because a tick is waiting for its end. */
  tickAt?: number;
  detail: FiredDetail | undefined;
  /** How many steps of this process fire it, or did: of steps that decide at the same time, one is first. */
  steps: number;
  /** Whether the store has said that the job is the tick's own, and not another one with its id. */
  isOwn: boolean;
  /** How it ended before the store had said that. */
  ended?: FiredDetail;
  /** Whether a tick of the schedule is waiting for this run to end. */
  isAwaited: boolean;
}

/** Holds the dependencies of a watcher. */
export interface RunWatcherOptions {
  readonly backend: Backend;
  readonly clock: Clock;
  /** Writes to the ledger how runs ended. */
  readonly record: (entries: readonly TickEntry[]) => Promise<void>;
  /** Called when a run has ended that a tick is waiting for. */
  readonly onAwaited: (scheduleId: string) => void;
  readonly onError: (error: unknown) => void;
}

/** Listens to the queue's events while runs of this process's ticks are active, and records how they end. */
export class RunWatcher {
  readonly #options: RunWatcherOptions;
  readonly #watched = new Map<string, Watched>();
  #subscription: Promise<Subscription | undefined> | undefined;
  #looking: Promise<void> | undefined;
  #pending: TickEntry[] = [];
  #recording: Promise<void> | undefined;

  constructor(options: RunWatcherOptions) {
    this.#options = options;
  }

  /** Watches a run that a step is about to fire; how it ends is noted once it is {@link kept}. */
  track(jobId: string, scheduleId: string, tickAt: number, detail: FiredDetail): void {
    const known = this.#watched.get(jobId);
    if (known === undefined) {
      this.#watch(jobId, { scheduleId, tickAt, detail, steps: 1, isOwn: false, isAwaited: false });
      return;
    }
    known.steps += 1;
    known.tickAt ??= tickAt;
    known.detail ??= detail;
  }

  /** Watches a run that a tick is waiting for. A run that has ended meanwhile is noticed at once. */
  async await(jobId: string, scheduleId: string): Promise<void> {
    const known = this.#watched.get(jobId);
    if (known === undefined) {
      const steps = { steps: 0, isOwn: false };
      this.#watch(jobId, { scheduleId, detail: undefined, ...steps, isAwaited: true });
    } else known.isAwaited = true;
    await this.#look(jobId);
  }

  /** Notes that a step has fired a run. */
  kept(jobId: string): void {
    const run = this.#watched.get(jobId);
    if (run === undefined) return;
    run.isOwn = true;
    if (run.ended !== undefined) this.#ended(jobId, run, run.ended);
  }

  /** Forgets a run that a step did not fire after all, unless another step did. */
  untrack(jobId: string): void {
    const run = this.#watched.get(jobId);
    if (run === undefined) return;
    run.steps -= 1;
    if (run.steps <= 0 && !run.isAwaited) this.#watched.delete(jobId);
  }

  /** Stops listening, after it has written the runs that it saw. */
  async stop(): Promise<void> {
    this.#watched.clear();
    await this.#unsubscribe();
    await this.#looking;
    await this.#recording;
  }

  #watch(jobId: string, run: Watched): void {
    if (this.#options.backend.events === undefined) return;
    this.#watched.set(jobId, run);
    const [oldest] = this.#watched.keys();
    if (this.#watched.size > WATCHED && oldest !== undefined) this.#watched.delete(oldest);
    this.#subscription ??= this.#subscribe();
  }

  async #subscribe(): Promise<Subscription | undefined> {
    const { backend, onError } = this.#options;
    try {
      const subscription = await backend.events?.subscribe({
        onEvent: (event) => this.#receive(event),
        wants: (jobId) => this.#watched.has(jobId),
        onError,
      });
      this.#linger();
      this.#looking = this.#lookAtAll();
      return subscription;
    } catch (error) {
      this.#subscription = undefined;
      onError(error);
      return undefined;
    }
  }

  /** Looks at all runs once, as some may have ended before the events came. */
  async #lookAtAll(): Promise<void> {
    try {
      for (const jobId of [...this.#watched.keys()]) await this.#look(jobId);
    } catch (error) {
      this.#options.onError(error);
    }
  }

  #linger(): void {
    const look = (): void => {
      if (this.#watched.size === 0) void this.#unsubscribe();
      else this.#linger();
    };
    this.#options.clock.setTimeout(look, LINGER_MS, { background: true });
  }

  async #unsubscribe(): Promise<void> {
    const subscription = this.#subscription;
    this.#subscription = undefined;
    try {
      await (await subscription)?.unsubscribe();
    } catch (error) {
      this.#options.onError(error);
    }
  }

  #receive(event: BackendEvent): void {
    if (!('jobId' in event)) return;
    const run = this.#watched.get(event.jobId);
    if (run === undefined) return;
    const { detail } = run;
    if (event.type === 'active' && detail !== undefined) {
      run.detail = { ...detail, startedAt: event.at };
    } else if (event.type === 'completed') {
      this.#ended(
        event.jobId,
        run,
        detail && { ...detail, outcome: 'completed', finishedAt: event.at },
      );
    } else if (event.type === 'failed') {
      const error = errorLine(event.error);
      this.#ended(
        event.jobId,
        run,
        detail && { ...detail, outcome: 'failed', finishedAt: event.at, error },
      );
    } else if (event.type === 'cancelled') {
      this.#ended(
        event.jobId,
        run,
        detail && { ...detail, outcome: 'cancelled', finishedAt: event.at },
      );
    } else if (event.type === 'removed') {
      const before = this.#looking;
      this.#looking = this.#lookAgain(event.jobId, run).then(() => before);
    }
  }

  /** Looks at a run that an event calls removed: the event may be of an earlier job with its id. */
  async #lookAgain(jobId: string, run: Watched): Promise<void> {
    try {
      const job = await this.#options.backend.get({ id: jobId });
      if ((job !== undefined && !hasEnded(job)) || this.#watched.get(jobId) !== run) return;
      this.#ended(jobId, run, run.detail && withOutcome(run.detail, job));
    } catch (error) {
      this.#options.onError(error);
    }
  }

  /** Looks whether a run has ended. */
  async #look(jobId: string): Promise<void> {
    const run = this.#watched.get(jobId);
    if (run === undefined) return;
    const job = await this.#options.backend.get({ id: jobId });
    const isOver = job === undefined || hasEnded(job);
    if (!isOver || this.#watched.get(jobId) !== run) return;
    // The job is not stored yet, or already gone: nothing can be recorded.
    if (job === undefined && !run.isAwaited) return;
    this.#ended(jobId, run, run.detail && withOutcome(run.detail, job));
  }

  #ended(jobId: string, run: Watched, detail: FiredDetail | undefined): void {
    const { isAwaited, isOwn, steps, scheduleId, tickAt } = run;
    run.isAwaited = false;
    if (!isOwn && steps > 0 && detail !== undefined) run.ended ??= detail;
    else this.#watched.delete(jobId);
    if (isOwn && detail !== undefined && tickAt !== undefined) {
      this.#note(tickEntry(scheduleId, tickAt, detail));
    }
    if (isAwaited) this.#options.onAwaited(scheduleId);
  }

  /** Writes an entry together with those that arrive during the current write. */
  #note(entry: TickEntry): void {
    this.#pending.push(entry);
    this.#recording ??= this.#flush();
  }

  async #flush(): Promise<void> {
    // Runs that end in the same turn of the event loop are written together.
    await Promise.resolve();
    while (this.#pending.length > 0) {
      const entries = this.#pending.splice(0, 1000);
      try {
        await this.#options.record(entries);
      } catch (error) {
        this.#options.onError(error);
      }
    }
    this.#recording = undefined;
  }
}
