import { OrderedList } from '../ordered-list/ordered-list.ts';
import { isBefore, type Ranked } from '../ordered-list/ranked.ts';
import type { StoredJob } from '../state/stored-job.ts';
import type { JobChain } from './job-chain.ts';
import { mergeJobs } from './merge-jobs.ts';

/** How many jobs may come and go at least before all are sorted no longer. */
const FEW = 1000;

/** Holds waiting jobs of one key. */
interface Line extends Ranked, JobChain {}

/**
 * Lists the jobs of many lines by class and arrival. It merges the lines, which costs a page as much as there are lines. When
 * that has cost as much as there are jobs, it keeps all of them sorted, as long as lists are read between as many changes.
 */
export class JobListing {
  readonly #lines: OrderedList<Line>;
  #sorted: OrderedList<StoredJob> | undefined;
  /** How many lines were merged; with all jobs sorted, how many have come and gone since a list was read. */
  #steps = 0;

  constructor(lines: OrderedList<Line>) {
    this.#lines = lines;
  }

  /** Adds a job that is in a line already. */
  insert(job: StoredJob): void {
    if (this.#sorted === undefined) return;
    this.#sorted.insert(job);
    this.#change(1);
  }

  /** Leaves out a job. */
  delete(job: StoredJob): void {
    if (this.#sorted === undefined) return;
    this.#sorted.delete(job);
    this.#change(1);
  }

  /** Leaves out jobs. */
  deleteAll(jobs: readonly StoredJob[]): void {
    if (this.#sorted === undefined) return;
    for (const job of jobs) this.#sorted.delete(job);
    this.#change(jobs.length);
  }

  /** Iterates over the jobs behind a key. */
  ascending(after?: Ranked): Generator<StoredJob, void, undefined> {
    const sorted = this.#read();
    if (sorted !== undefined) return sorted.ascending(after);
    return mergeJobs(
      this.#ofLines().map((jobs) => jobs.ascending(after)),
      1,
    );
  }

  /** Iterates over the jobs ahead of a key in the opposite direction. */
  descending(before?: Ranked): Generator<StoredJob, void, undefined> {
    const sorted = this.#read();
    if (sorted !== undefined) return sorted.descending(before);
    return mergeJobs(
      this.#ofLines().map((jobs) => jobs.descending(before)),
      -1,
    );
  }

  #read(): OrderedList<StoredJob> | undefined {
    if (this.#sorted === undefined) {
      this.#steps += this.#lines.size;
      if (this.#steps <= this.#size() + this.#lines.size) return undefined;
      this.#sorted = new OrderedList();
      const jobs = this.#ofLines().flatMap((line) => [...line.ascending()]);
      for (const job of jobs.sort((a, b) => (isBefore(a, b) ? -1 : 1))) this.#sorted.append(job);
    }
    this.#steps = 0;
    return this.#sorted;
  }

  #change(jobs: number): void {
    this.#steps += jobs;
    if (this.#steps <= this.#size() + FEW) return;
    this.#sorted = undefined;
    this.#steps = 0;
  }

  #ofLines(): JobChain[] {
    return [...this.#lines.ascending()];
  }

  #size(): number {
    return this.#sorted?.size ?? this.#ofLines().reduce((sum, { size }) => sum + size, 0);
  }
}
