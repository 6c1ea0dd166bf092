import type { WorkerRequest } from '../contract/worker-info.ts';

/** Says how to run jobs. */
export interface ProcessOptions {
  /**
   * How many jobs this process runs at once, overriding the queue's option. For a worker that runs, the number from now on:
   * active jobs go on, also those beyond it. @default the queue's; of a worker that runs, as it is
   */
  readonly concurrency?: number | undefined;
  /**
   * Is called once the request of an operator (`queue.askWorker`) has ended the worker: its active jobs have
   * ended or were given back. A stop that this process requests is not reported.
   */
  readonly onEnded?: ((request: WorkerRequest) => void) | undefined;
}
