import type { JobProgress, JsonObject } from '@philjs/jobs-core';

/** Holds the facts of a run that its `ctx` shows without asking. */
export interface RunFacts {
  readonly jobId: string;
  readonly name: string;
  readonly queueName: string;
  readonly attemptsMade: number;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly timestamp: number;
  readonly fencingToken: number;
  readonly metadata: JsonObject;
  readonly progress: JobProgress | undefined;
}
