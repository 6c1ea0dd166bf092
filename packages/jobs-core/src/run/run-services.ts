import type { Clock } from '../clock/clock.ts';
import type { Backend } from '../contract/backend.ts';
import type { Codec } from '../job/codec.ts';
import type { Backoff } from '../job/job-options.ts';
import type { JobRegistry } from '../job/job-registry.ts';
import type { ByteLimit } from '../json/to-json.ts';
import type { MetricsRecorder } from '../metrics/metrics-recorder.ts';
import type { Middleware } from '../middleware/middleware.ts';
import type { IQueue } from '../queue/queue-interface.ts';

/** Says of which job an error is reported. */
export interface ErrorOrigin {
  readonly jobId: string;
  readonly name: string;
}

/** What running jobs needs of its queue. */
export interface RunServices {
  readonly queue: IQueue;
  readonly backend: Backend;
  readonly clock: Clock;
  readonly registry: JobRegistry;
  readonly codec: Codec | undefined;
  readonly metrics: MetricsRecorder | undefined;
  /** What wraps each run of every job. */
  readonly middleware: readonly Middleware[];
  /** How large results and progress may be. */
  readonly resultLimit: ByteLimit;
  /** What a definition that says nothing about it gets. */
  readonly defaults: { readonly backoff: Backoff; readonly timeout: number | undefined };
  /** Emits an `error` event. Never throws. */
  readonly reportError: (error: unknown, origin?: ErrorOrigin) => void;
}

/** Says what results and progress are held to. */
export function resultLimitOf(maxBytes: number): ByteLimit {
  return { maxBytes, code: 'JOBS_RESULT_TOO_LARGE', option: 'maxResultBytes' };
}
