import { invalidArgument } from '../check/argument.ts';
import { takeTurn } from '../clock/turn.ts';
import type { SerializedError } from '../errors/serialize-error.ts';
import type { StoredLetter } from '../run/dead-letter.ts';
import { groupLetters } from './group-letters.ts';
import type { JobCriteria } from './job-query.ts';
import { lettersOf } from './letters-of.ts';
import type { IQueue } from './queue-interface.ts';
import { Redriver } from './redrive.ts';
import type { FoundLetter, RedriveOptions, RedriveResult } from './redrive-options.ts';
import { selectLetters } from './select-letters.ts';

/** Describes a dead letter: a job that failed for good. */
export interface DeadLetter
  extends Omit<StoredLetter, 'createdAt' | 'runAt' | 'startedAt' | 'failedAt'> {
  /** The letter's own id. */
  readonly id: string;
  /** When the job was enqueued. */
  readonly createdAt: Date;
  /** When it last became ready. */
  readonly runAt: Date;
  /** When it last started. */
  readonly startedAt?: Date;
  /** When it failed for good. */
  readonly failedAt: Date;
}

/** Describes the letters of one cause. */
export interface DeadLetterGroup {
  /** Stands for the cause: the job's name, the error's name and code, and its message without numbers, ids and quotes. */
  readonly fingerprint: string;
  /** The name of the jobs. */
  readonly name: string;
  /** How many there are. */
  readonly count: number;
  /** When the first of them failed. */
  readonly firstAt: Date;
  /** When the last of them failed. */
  readonly lastAt: Date;
  /** The error of the last one. */
  readonly error: SerializedError;
  /** The ids of some of the letters, the latest first: at most 10. */
  readonly ids: readonly string[];
}

/**
 * Selects letters; each field narrows. The filters, and the search, are about the failed jobs as they were in their own
 * queues: `id:` in a search is the id of the job. A search sees a payload decoded by the codec of its queue only where
 * `createQueues` made that queue together with the one that keeps the letters.
 */
export interface DeadLetterQuery extends JobCriteria {
  /** Only of this cause. */
  readonly fingerprint?: string | undefined;
  /** Only jobs of this name, or these. */
  readonly name?: string | readonly string[] | undefined;
  /** Only jobs that had this tag, or all of these. */
  readonly tags?: string | readonly string[] | undefined;
  /** Only these letters. */
  readonly ids?: readonly string[] | undefined;
  /** The largest number of letters: the latest of those that match. @default no limit */
  readonly limit?: number | undefined;
}

/** Reads and redrives the dead letters of a queue. */
export interface DeadLetters {
  /** Reads the letters that match, the latest first. @throws JobsError `JOBS_INVALID_ARGUMENT` */
  list(query?: DeadLetterQuery): Promise<readonly DeadLetter[]>;
  /** Groups the letters that match by their cause, the largest group first. @throws JobsError as {@link list} */
  groups(query?: DeadLetterQuery): Promise<readonly DeadLetterGroup[]>;
  /**
   * Puts the jobs of letters back into their queues, oldest first: a few as a canary, and the others when these have
   * ended and few failed. Stops as soon as too many fail again. Removes a letter once its job is stored. However many
   * redrives run at once, a letter goes back once; but for a job that has a deduplication key of its own and is not kept.
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT`, also when a queue is not known here; the errors of `enqueue` for a
   * payload that does not fit its job any more, or not after its repair, and `JOBS_INVALID_ARGUMENT` where `repair` throws or
   * returns nothing, with the id in `details.letter`
   */
  redrive(query?: DeadLetterQuery, options?: RedriveOptions): Promise<RedriveResult>;
}

/**
 * Gives access to the dead letters of a queue: jobs with `deadLetter: 'its name'` leave one there when they fail for
 * good. Letters are delayed jobs that no worker runs.
 *
 * @example
 * const [worst] = await deadLetters(dead).groups();
 * await deadLetters(dead).redrive({ fingerprint: worst?.fingerprint }, { canary: 5, stopAbove: 0.2 });
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` when it is given no queue
 */
export function deadLetters(queue: IQueue): DeadLetters {
  if (typeof queue?.getJobs !== 'function') throw invalidArgument('queue', 'a queue', queue);
  const matching = (query: DeadLetterQuery = {}) =>
    matchingLetters(queue, selectLetters(queue, query), query.limit);
  return {
    list: async (query) => {
      const found: DeadLetter[] = [];
      for await (const letter of matching(query)) found.push(letter);
      return latestFirst(found);
    },
    groups: async (query) => groupLetters(matching(query)),
    redrive: async (query, options = {}) => {
      const redriver = new Redriver(queue, options);
      const found: FoundLetter[] = [];
      // There may be very many, each with its payload and errors.
      for await (const { id, queue, name, failedAt } of matching(query)) {
        found.push({ id, queue, name, failedAt });
      }
      return redriver.run(latestFirst(found).reverse());
    },
  };
}

/** Reads the letters that are selected: those that were stored last first. Takes turns with other work. */
async function* matchingLetters(
  queue: IQueue,
  isSelected: (letter: DeadLetter) => boolean,
  limit = Number.POSITIVE_INFINITY,
): AsyncGenerator<DeadLetter, void, undefined> {
  let found = 0;
  for await (const letter of lettersOf(queue)) {
    await takeTurn();
    if (!isSelected(letter)) continue;
    yield letter;
    found += 1;
    if (found >= limit) return;
  }
}

function latestFirst<T extends Pick<DeadLetter, 'failedAt'>>(letters: readonly T[]): T[] {
  return letters.toSorted((a, b) => b.failedAt.getTime() - a.failedAt.getTime());
}
