/** How often a worker shows that it lives, in milliseconds. */
export const WORKER_SEEN_EVERY_MS = 15_000;

/** How long after it was last seen a worker counts as alive, in milliseconds: the same on every backend. */
export const WORKER_ALIVE_MS = 45_000;

/** Describes a process that consumes a queue. */
export interface WorkerInfo {
  /** Unique among all workers. */
  readonly id: string;
  /** The host's name. */
  readonly host: string;
  /** The process id. */
  readonly pid: number;
  /** How many jobs it runs at once; may change while it runs. */
  readonly concurrency: number;
  /** The names of the jobs it knows, each with the payload version it knows. */
  readonly jobs: { readonly [name: string]: number };
  /** When it started, in epoch milliseconds. */
  readonly startedAt: number;
}

/**
 * Names what a worker can be asked to do:
 *
 * - `quiet`: takes no new job, and ends once its active jobs have, however long they take.
 * - `stop`: takes no new job, and gives back the jobs that are still active after 30 seconds.
 */
export type WorkerRequest = 'quiet' | 'stop';

/** Describes a worker and when it last showed a sign of life. */
export interface SeenWorker extends WorkerInfo {
  /** When it was last seen, in epoch milliseconds. */
  readonly seenAt: number;
  /** The latest request to it, if there was one. */
  readonly asked?: WorkerRequest;
}

/** Makes a {@link SeenWorker} of what a store keeps: the worker as JSON, when it was last seen, and what it was asked to do. */
export function seenWorker(info: string, seenAt: number, asked: string | null): SeenWorker {
  const worker: WorkerInfo = JSON.parse(info);
  // Only a checked request is stored, and an empty text for none.
  return { ...worker, seenAt, ...(asked && { asked: asked as WorkerRequest }) };
}

/** Compares two workers by their places in a list: the oldest first, those that started together by their ids (UTF-16). */
export function compareWorkers(a: WorkerInfo, b: WorkerInfo): number {
  return a.startedAt - b.startedAt || (a.id < b.id ? -1 : Number(a.id > b.id));
}

/**
 * Lists the workers of a queue. A backend with this part records the `worker` given to `consume`
 * for as long as the consumer lives, and forgets it {@link WORKER_ALIVE_MS} after it was last seen.
 */
export interface WorkerStore {
  /** Lists the workers now alive, oldest first; those that started together by their ids. */
  list(): Promise<readonly SeenWorker[]>;
  /**
   * Asks a worker, on whatever process, to do something: its consumer's `onRequest` gets the latest request, within 20
   * seconds. Returns false when no live worker has the id.
   */
  ask(params: { readonly id: string; readonly request: WorkerRequest }): Promise<boolean>;
  /**
   * Notes that workers live which no `consume` of this process started: those of a server, which calls it every {@link WORKER_SEEN_EVERY_MS}.
   * Returns what each was last asked to do. A backend with `leases` has it.
   */
  see?(params: {
    readonly workers: readonly WorkerInfo[];
  }): Promise<readonly (WorkerRequest | undefined)[]>;
  /** Forgets such a worker: it has ended. */
  forget?(params: { readonly id: string }): Promise<void>;
}
