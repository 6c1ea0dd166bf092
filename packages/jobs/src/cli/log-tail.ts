import type { IQueue, LogLine } from '@philjs/jobs-core';

/** How many lines a queue keeps of a log: the latest. */
const KEPT = 1000;

/** Reads the log of a job, each time what has come since. */
export class LogTail {
  readonly #queue: IQueue;
  readonly #id: string;
  /** The lines that were read, as far as the queue may still have them. */
  #known: readonly LogLine[] = [];

  constructor(queue: IQueue, id: string) {
    this.#queue = queue;
    this.#id = id;
  }

  /** Reads the new lines. */
  async next(): Promise<readonly LogLine[]> {
    const lines = await this.#read();
    this.#known = [...this.#known, ...lines].slice(-KEPT);
    return lines;
  }

  async #read(): Promise<readonly LogLine[]> {
    const { lines, total } = await this.#queue.getLogs(this.#id, { offset: this.#known.length });
    if (total < KEPT) return lines;
    // Old lines may have been dropped, and then the places of all others are lower.
    return linesAfter(this.#known, (await this.#queue.getLogs(this.#id)).lines);
  }
}

/** Returns the lines that follow those that are known, of which the first may be missing. */
function linesAfter(known: readonly LogLine[], lines: readonly LogLine[]): readonly LogLine[] {
  const dropped = [...known.keys()].find((from) =>
    known.slice(from).every((line, place) => isSame(line, lines[place])),
  );
  return dropped === undefined ? lines : lines.slice(known.length - dropped);
}

function isSame(one: LogLine, other: LogLine | undefined): boolean {
  return one.at === other?.at && one.attempt === other.attempt && one.message === other.message;
}
