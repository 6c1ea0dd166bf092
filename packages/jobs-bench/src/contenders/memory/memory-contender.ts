/** The payload of every job. */
export interface MailPayload {
  readonly to: string;
  readonly subject: string;
}

/** The options for setting up a contender. */
export interface MemorySetup {
  readonly concurrency: number;
  /** Called when a job starts, if the benchmark measures that. */
  readonly onStart?: () => void;
}

/** Drives a contender's queue, whose handler does nothing. */
export interface MemoryRun {
  /** When the promise of a submitted job resolves: once the job is stored, or once it has run. */
  readonly resolvesWhen: 'stored' | 'done';
  /** Submits one job. */
  submit(payload: MailPayload): Promise<unknown>;
  /** Submits many jobs in one call, if the contender supports that. */
  submitMany?(payloads: readonly MailPayload[]): Promise<unknown>;
  /** Lets jobs start; until then they are waiting. */
  start(): Promise<void> | void;
  /** Resolves when `total` jobs are done: as many as were submitted. */
  done(total: number): Promise<unknown>;
  /** Releases everything. */
  close(): Promise<void>;
}

/** Sets up a queue. */
export type MemoryContender = (setup: MemorySetup) => Promise<MemoryRun>;

/** Makes a payload as a server would receive it: with flat strings. */
export function mailPayload(index: number): MailPayload {
  return { to: `user${index}@example.com`, subject: 'Welcome' };
}
