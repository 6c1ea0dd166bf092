import type { DeduplicateResult, EnqueueOptions, JsonValue } from '@philjs/jobs-core';

/** The options of core's `enqueue` that JSON has no form for. */
type Other =
  | 'transaction'
  | 'signal'
  | 'runAt'
  | 'deadline'
  | 'dependsOn'
  | 'metadata'
  | 'deduplicate';

/** Holds the options of a job, as those of core's `enqueue`: times in epoch milliseconds, other jobs by their ids. */
export interface JobRequestOptions extends Omit<EnqueueOptions, Other> {
  readonly runAt?: number | undefined;
  readonly deadline?: number | undefined;
  readonly deduplicate?: DeduplicateResult | false | undefined;
  readonly metadata?: Readonly<Record<string, JsonValue>> | undefined;
  readonly dependsOn?:
    | readonly (string | { readonly id: string; readonly queue?: string | undefined })[]
    | undefined;
}

/** Asks for a job. */
export interface JobRequest {
  /** The name of its definition. */
  readonly name: string;
  /** Its payload; where the job has a codec, as that writes it. */
  readonly payload?: JsonValue | undefined;
  readonly options?: JobRequestOptions | undefined;
}
