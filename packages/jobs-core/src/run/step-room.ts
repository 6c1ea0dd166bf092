import type { StepEntry } from '../contract/step-store.ts';
import { MOST_STEP_BYTES, MOST_STEPS, stepsFullError } from '../errors/step-errors.ts';
import { stepOfKey } from './step-marks.ts';

/** Counts the entries of a job's steps, and their bytes, against what may be stored with a job. */
export class StepRoom {
  readonly #jobId: string;
  readonly #sizes = new Map<string, number>();
  #bytes = 0;

  /** Counts those that are stored. */
  constructor(jobId: string, entries: readonly StepEntry[] = []) {
    this.#jobId = jobId;
    this.count(entries);
  }

  /** Counts entries that are stored. */
  count(entries: readonly StepEntry[]): void {
    for (const { key, text } of entries) this.#count(key, sizeOf(key, text));
  }

  /** @throws JobsError `JOBS_STEPS_FULL` when there is no room for one entry more */
  check(name: string): void {
    if (this.#sizes.size < MOST_STEPS) return;
    throw stepsFullError({ jobId: this.#jobId, name, what: 'entries', got: this.#sizes.size + 1 });
  }

  /** Counts an entry that is to be stored. @throws JobsError `JOBS_STEPS_FULL` */
  take(key: string, text: string): void {
    const { name } = stepOfKey(key);
    if (!this.#sizes.has(key)) this.check(name);
    const size = sizeOf(key, text);
    const bytes = this.#bytes + size - (this.#sizes.get(key) ?? 0);
    if (bytes > MOST_STEP_BYTES) {
      throw stepsFullError({ jobId: this.#jobId, name, what: 'bytes', got: bytes });
    }
    this.#count(key, size);
  }

  #count(key: string, size: number): void {
    this.#bytes += size - (this.#sizes.get(key) ?? 0);
    this.#sizes.set(key, size);
  }
}

function sizeOf(key: string, text: string): number {
  return Buffer.byteLength(key) + Buffer.byteLength(text);
}
