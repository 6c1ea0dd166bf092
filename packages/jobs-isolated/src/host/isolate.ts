import type { TinypoolWorker } from 'tinypool';
import type { Line } from './line.ts';

/** Tells how a thread or a process ended. */
export interface IsolateExit {
  readonly code: number | null;
  readonly signal: string | null | undefined;
}

/** The processes that live, to be ended with this one: they would go on where the handler is an endless loop. */
const processes = new Set<number>();
let endsWithProcess = false;

/** Is one thread or process of a pool. */
export class Isolate {
  readonly worker: TinypoolWorker;
  /** The line to it, once it has taken one. Those to processes change with each run. */
  line: Line | undefined;
  /** How it ended. */
  exit: IsolateExit | undefined;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  readonly #pid: number | undefined;

  constructor(worker: TinypoolWorker) {
    this.worker = worker;
    this.#pid = worker.runtime === 'child_process' ? worker.threadId : undefined;
    if (this.#pid !== undefined) killAtEnd(this.#pid);
    this.ended = new Promise((resolve) => {
      // A process that could not be started has no id, and no end.
      if (worker.threadId === undefined) resolve();
      worker.once('exit', (code: number | null, signal?: string | null) => {
        this.exit = { code, signal };
        if (this.#pid !== undefined) processes.delete(this.#pid);
        resolve();
      });
    });
  }

  /** Ends a process at once. A thread needs more than that: the pool ends it. */
  kill(): void {
    if (this.#pid !== undefined && this.exit === undefined) killProcess(this.#pid);
  }
}

function killAtEnd(pid: number): void {
  processes.add(pid);
  if (endsWithProcess) return;
  endsWithProcess = true;
  process.on('exit', () => {
    for (const one of processes) killProcess(one);
  });
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended, and its `exit` is under way.
  }
}
