import type { AddResult, NewJob } from '@philjs/jobs-core';

/** At most how many jobs go to the server at once. */
const MOST = 1000;

interface Call {
  readonly jobs: readonly NewJob[];
  readonly resolve: (results: readonly AddResult[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Sends the jobs of calls that are made together, together: a thousand calls at once are one script, while a
 * single one waits for nothing but the end of the turn it was made in. A call's jobs stay together.
 */
export class AddBatch {
  readonly #send: (jobs: readonly NewJob[]) => Promise<readonly AddResult[]>;
  #calls: Call[] = [];

  constructor(send: (jobs: readonly NewJob[]) => Promise<readonly AddResult[]>) {
    this.#send = send;
  }

  /** Adds jobs, in the order of the calls. */
  add(jobs: readonly NewJob[]): Promise<readonly AddResult[]> {
    return new Promise((resolve, reject) => {
      if (this.#calls.length === 0) process.nextTick(() => this.#sendAll());
      this.#calls.push({ jobs, resolve, reject });
    });
  }

  #sendAll(): void {
    const calls = this.#calls;
    this.#calls = [];
    let together: Call[] = [];
    let size = 0;
    for (const call of calls) {
      if (size + call.jobs.length > MOST) {
        void this.#sendTogether(together);
        together = [];
        size = 0;
      }
      together.push(call);
      size += call.jobs.length;
    }
    void this.#sendTogether(together);
  }

  async #sendTogether(calls: readonly Call[]): Promise<void> {
    if (calls.length === 0) return;
    try {
      const results = await this.#send(calls.flatMap(({ jobs }) => jobs));
      let from = 0;
      for (const { jobs, resolve } of calls) {
        resolve(results.slice(from, from + jobs.length));
        from += jobs.length;
      }
    } catch (error) {
      for (const { reject } of calls) reject(error);
    }
  }
}
