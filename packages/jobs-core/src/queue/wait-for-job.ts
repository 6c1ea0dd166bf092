import { checkDuration, checkSignal, MAX_TIMEOUT_MS } from '../check/argument.ts';
import type { Clock, TimerHandle } from '../clock/clock.ts';
import type { Backend } from '../contract/backend.ts';
import type { JobRecord } from '../contract/job-record.ts';
import { jobNotFoundError } from '../errors/error-factories.ts';
import { JobsError } from '../errors/jobs-error.ts';
import { deserializeError, toError } from '../errors/serialize-error.ts';
import type { EventHub } from './event-hub.ts';
import type { AnyQueueEvent } from './queue-events.ts';
import type { WaitOptions } from './queue-interface.ts';
import { waitAbortedError, waitTimeoutError } from './wait-errors.ts';

/** The poll interval where events may be missed: at first, and at most. */
const POLL_MS = { first: 250, most: 5000 } as const;

interface WaitForJobParams {
  readonly jobId: string;
  /** Whether the caller has seen the job stored. */
  readonly wasStored: boolean;
  readonly options: WaitOptions;
  readonly backend: Backend;
  readonly clock: Clock;
  /** The source of the job's events, and of the queue's end. */
  readonly events: EventHub;
  /** Reads the result of a completed job. */
  readonly resultOf: (record: JobRecord) => unknown;
}

/**
 * Waits until a job has completed, failed or been cancelled, by its events, and by polling where those may be missed.
 */
export function waitForJob(params: WaitForJobParams): Promise<unknown> {
  const { timeout, signal } = params.options;
  if (timeout !== undefined) checkDuration('timeout', timeout, { min: 0, max: MAX_TIMEOUT_MS });
  checkSignal('signal', signal);
  return new Promise((resolve, reject) => {
    const wait = new Wait(params, resolve, reject);
    if (signal?.aborted) wait.abort();
    else wait.start();
  });
}

class Wait {
  readonly #params: WaitForJobParams;
  readonly #resolve: (result: unknown) => void;
  readonly #reject: (error: Error) => void;
  readonly #cleanups: (() => void)[] = [];
  #over = false;
  #seen = false;
  #wasGone = false;
  #pollMs: number = POLL_MS.first;
  #pollTimer: TimerHandle;

  constructor(
    params: WaitForJobParams,
    resolve: (result: unknown) => void,
    reject: (error: Error) => void,
  ) {
    this.#params = params;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start(): void {
    const { options, clock, jobId, events } = this.#params;
    this.#cleanups.push(events.onJob(jobId, (event) => this.#receive(event)));
    this.#cleanups.push(events.onClose(() => this.#close()));
    if (this.#over) {
      this.#cleanUp();
      return;
    }
    if (options.timeout !== undefined) {
      const timer = clock.setTimeout(() => this.#timeOut(), options.timeout);
      this.#cleanups.push(() => clock.clearTimeout(timer));
    }
    const onAbort = (): void => this.abort();
    options.signal?.addEventListener('abort', onAbort, { once: true });
    this.#cleanups.push(() => options.signal?.removeEventListener('abort', onAbort));
    this.#cleanups.push(() => clock.clearTimeout(this.#pollTimer));
    void Promise.resolve(events.ready()).then(() => this.#look());
  }

  abort(): void {
    this.#fail(waitAbortedError(this.#params.jobId, this.#params.options.signal));
  }

  #timeOut(): void {
    const { jobId, options } = this.#params;
    this.#fail(waitTimeoutError(jobId, options.timeout));
  }

  #close(): void {
    const { jobId } = this.#params;
    const message = `The queue was closed while a caller waited for job \`${jobId}\`; it goes on.`;
    this.#fail(new JobsError('JOBS_QUEUE_CLOSED', message, { details: { jobId } }));
  }

  /** Reads the job: it may have finished before the listener was added. */
  async #look(): Promise<void> {
    if (this.#over) return;
    const { backend, jobId, resultOf } = this.#params;
    try {
      const record = await backend.get({ id: jobId });
      if (record === undefined) this.#gone();
      else if (record.status === 'completed') this.#succeed(resultOf(record));
      else if ((record.status === 'failed' || record.status === 'cancelled') && record.error)
        this.#fail(deserializeError(record.error));
      else this.#seen = true;
    } catch (error) {
      if (!this.#seen) this.#fail(toError(error));
    }
    this.#lookAgain();
  }

  #lookAgain(): void {
    const { backend, clock, events } = this.#params;
    if (this.#over || (events.isSubscribed && backend.capabilities.reliableEvents)) return;
    this.#pollTimer = clock.setTimeout(() => void this.#look(), this.#pollMs);
    this.#pollMs = Math.min(POLL_MS.most, this.#pollMs * 2);
  }

  #receive(event: AnyQueueEvent): void {
    if (event.type === 'completed') this.#succeed(event.result);
    else if (event.type === 'failed' || event.type === 'cancelled')
      this.#fail(deserializeError(event.error));
    else if (event.type === 'removed') this.#missing();
  }

  /** Gives up, unless the job may have been removed as soon as it ended: then its event may still be on its way. */
  #gone(): void {
    const { wasStored, events, backend } = this.#params;
    const mayCome = events.isSubscribed && !backend.capabilities.reliableEvents;
    if (!(mayCome && (wasStored || this.#seen)) || this.#wasGone) this.#missing();
    this.#wasGone = true;
    this.#pollMs = POLL_MS.first;
  }

  #missing(): void {
    this.#fail(jobNotFoundError(this.#params.jobId));
  }

  #succeed(result: unknown): void {
    if (this.#finish()) this.#resolve(result);
  }

  #fail(error: Error): void {
    if (this.#finish()) this.#reject(error);
  }

  #finish(): boolean {
    if (this.#over) return false;
    this.#over = true;
    this.#cleanUp();
    return true;
  }

  #cleanUp(): void {
    for (const cleanup of this.#cleanups.splice(0)) cleanup();
  }
}
