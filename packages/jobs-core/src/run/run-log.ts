import { format } from 'node:util';
import type { LogLine, LogStore } from '../contract/log-store.ts';
import { toError } from '../errors/serialize-error.ts';
import { escapeControls } from '../json/escape-controls.ts';

const MAX_LINE = 10_000;
/** The number of lines a store keeps of a job. */
const MAX_LINES = 1000;

/** Sends a handler's log lines to the store while it runs, one write at a time. */
export class RunLog {
  readonly #store: LogStore;
  readonly #jobId: string;
  readonly #attempt: number;
  readonly #onError: (error: unknown) => void;
  #pending: LogLine[] = [];
  #writing: Promise<void> | undefined;

  constructor(store: LogStore, jobId: string, attempt: number, onError: (error: unknown) => void) {
    this.#store = store;
    this.#jobId = jobId;
    this.#attempt = attempt;
    this.#onError = onError;
  }

  /** Writes a line, or one for each line of text. */
  write(at: number, args: readonly unknown[]): void {
    for (const line of show(args).split(/\r?\n/)) {
      const message = escapeControls(line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}…` : line);
      this.#pending.push({ at, attempt: this.#attempt, message });
    }
    // The store keeps no more either; a handler that logs without ever pausing must not fill the memory.
    const excess = this.#pending.length - MAX_LINES;
    if (excess > MAX_LINES) this.#pending.splice(0, excess);
    this.#writing ??= this.#drain();
  }

  /** Resolves when all lines so far are stored, or could not be. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  async #drain(): Promise<void> {
    while (this.#pending.length > 0) {
      const lines = this.#pending;
      this.#pending = [];
      try {
        await this.#store.append({ id: this.#jobId, lines });
      } catch (error) {
        this.#onError(error);
      }
    }
    this.#writing = undefined;
  }
}

/** Formats arguments as `console.log` would; an argument that throws when it is formatted does not fail the job. */
function show(args: readonly unknown[]): string {
  try {
    return format(...args);
  } catch (error) {
    return `(what was logged cannot be shown: ${toError(error).message})`;
  }
}
