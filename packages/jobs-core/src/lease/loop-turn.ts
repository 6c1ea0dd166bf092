/** The number of jobs in a row after which the loop yields to other work of this process. */
const JOBS_PER_TURN = 512;
/** How long exchanges may block the event loop in a row before it does, in milliseconds. */
const BLOCKED_MS = 20;

/** Notes how much of a turn of the event loop a worker has used. */
export class LoopTurn {
  #jobs = 0;
  #blockedMs = 0;
  /** Whether other work of the process is due. */
  isOver = false;

  /** Notes the answer of an exchange: how many jobs came, and how long it took. One with a remote store blocks nothing. */
  note(jobs: number, tookMs: number, isRemote: boolean): void {
    this.#jobs += jobs;
    if (!isRemote) this.#blockedMs += tookMs;
    if (this.#jobs >= JOBS_PER_TURN || this.#blockedMs >= BLOCKED_MS) this.isOver = true;
  }

  /** Begins the next one. */
  next(): void {
    this.#jobs = 0;
    this.#blockedMs = 0;
    this.isOver = false;
  }
}
