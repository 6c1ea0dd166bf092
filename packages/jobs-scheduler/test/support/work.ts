import { defineJob, type JobContext, type JobDefinition } from '@philjs/jobs-core';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Where the clock of every test starts: long past for any real worker, so that no job waits for it. */
export const T0: number = Date.UTC(2025, 0, 1);

/** Says a time as minutes after the start of the test, or as the time of day on the first day. */
export const minuteOf = (at: Date | number | string): number =>
  (new Date(at).getTime() - T0) / MINUTE;

/** One start of a handler. */
export interface Start {
  /** The tick, in minutes after the start. */
  readonly minute: number;
  readonly jobId: string;
  readonly payload: unknown;
  readonly signal: AbortSignal;
}

/** A job whose handler does as the test says: it ends at once, fails, or waits to be released. */
export class Work {
  readonly job: JobDefinition<'work', { readonly of: string } | undefined, string>;
  readonly started: Start[] = [];
  readonly ended: number[] = [];
  /** How each handler that starts goes on. */
  mode: 'pass' | 'fail' | 'hold' | 'hold-to-abort' = 'pass';
  readonly #held: (() => void)[] = [];

  constructor(attempts = 1) {
    this.job = defineJob({
      name: 'work',
      attempts,
      backoff: { type: 'fixed', delay: 1 },
      handler: (payload: { readonly of: string } | undefined, ctx) => this.#run(payload, ctx),
    });
  }

  /** The ticks that started, in minutes after the start. */
  get minutes(): number[] {
    return this.started.map(({ minute }) => minute);
  }

  /** Lets the handlers end that were held. */
  release(): void {
    for (const release of this.#held.splice(0)) release();
  }

  async #run(payload: unknown, { jobId, metadata, signal }: JobContext): Promise<string> {
    const minute = minuteOf(String(metadata['tick']));
    const mode = this.mode;
    this.started.push({ minute, jobId, payload, signal });
    if (mode === 'fail') throw new Error('no luck');
    if (mode !== 'pass') {
      await new Promise<void>((resolve, reject) => {
        this.#held.push(resolve);
        if (mode === 'hold-to-abort') signal.addEventListener('abort', () => reject(signal.reason));
      });
    }
    this.ended.push(minute);
    return 'done';
  }
}
