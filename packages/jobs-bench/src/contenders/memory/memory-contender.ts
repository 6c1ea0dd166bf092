/** What every job carries. */
export interface MailPayload {
  readonly to: string;
  readonly subject: string;
}

/** Says how a contender is to be set up. */
export interface MemorySetup {
  readonly concurrency: number;
  /** How many functions wrap the handler. */
  readonly middleware: number;
  /** Called when a job starts, if that is what is measured. */
  readonly onStart?: () => void;
}

/** A queue of a contender, with a handler that does nothing. */
export interface MemoryRun {
  /** When the promise of a job that is handed over resolves: once the job waits, or once it has run. */
  readonly resolvesWhen: 'stored' | 'done';
  /** Hands over one job. */
  submit(payload: MailPayload): Promise<unknown>;
  /** Hands over many at once, where the contender can. */
  submitMany?(payloads: readonly MailPayload[]): Promise<unknown>;
  /** Lets jobs start; until then they wait. */
  start(): Promise<void> | void;
  /** Resolves when so many jobs are done in all: as many as were handed over. */
  done(total: number): Promise<unknown>;
  /** Lets go of everything. */
  close(): Promise<void>;
}

/** Sets up a queue. */
export type MemoryContender = (setup: MemorySetup) => Promise<MemoryRun>;

/** Makes a payload as a server would have got it: of flat strings. */
export function mailPayload(index: number): MailPayload {
  return { to: `user${index}@example.com`, subject: 'Welcome' };
}
