import type { Clock } from '../clock/clock.ts';
import type { Backend } from '../contract/backend.ts';
import type { Codec } from '../job/codec.ts';
import type { Backoff } from '../job/job-options.ts';
import type { JobRegistry } from '../job/job-registry.ts';
import type { LimitDefaults } from '../job/limits-of.ts';
import type { ByteLimit } from '../json/to-json.ts';
import type { MetricsRecorder } from '../metrics/metrics-recorder.ts';
import type { Middleware } from '../middleware/middleware.ts';
import type { Enqueuer } from '../queue/enqueuer.ts';
import type { IQueue } from '../queue/queue-interface.ts';
import type { IQueues } from '../queues/queues-interface.ts';

/** Names the job of a reported error. */
export interface ErrorOrigin {
  readonly jobId: string;
  readonly name: string;
}

/** Holds the queue's services that running jobs needs. */
export interface RunServices {
  readonly queue: IQueue;
  /** Finds the queues that were made together with it. */
  readonly queues: () => IQueues;
  /** The queue of dead letters for definitions that name none. */
  readonly deadLetter?: string | undefined;
  /** How many jobs the worker runs at once; absent where there is none. */
  readonly slots?: () => number;
  /** Aborts when the worker begins to stop, with time left for jobs that start now; absent where there is none. */
  readonly stopping?: () => AbortSignal;
  readonly backend: Backend;
  readonly clock: Clock;
  readonly registry: JobRegistry;
  /** Stores the children of running jobs. */
  readonly enqueuer: Pick<Enqueuer, 'children'>;
  readonly codec: Codec | undefined;
  readonly metrics: MetricsRecorder | undefined;
  /** Middleware around each run of every job; packages that build on the queue may add to it. */
  readonly middleware: readonly Middleware[];
  /** The size limits of results and progress. */
  readonly resultLimit: ByteLimit;
  /** The defaults of definitions that set none. */
  readonly defaults: LimitDefaults & {
    readonly backoff: Backoff;
    readonly timeout: number | undefined;
  };
  /** Emits an `error` event. Never throws. */
  readonly reportError: (error: unknown, origin?: ErrorOrigin) => void;
}

/** Returns the size limits of results and progress. */
export function resultLimitOf(maxBytes: number): ByteLimit {
  return { maxBytes, code: 'JOBS_RESULT_TOO_LARGE', option: 'maxResultBytes' };
}
