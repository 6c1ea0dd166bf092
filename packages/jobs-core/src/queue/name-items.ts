import { checkObject, invalidArgument } from '../check/argument.ts';
import { JobsError } from '../errors/jobs-error.ts';
import { newJobId } from '../job/new-job-id.ts';
import { atIndex } from './given-ids.ts';
import type { EnqueueItem } from './queue-interface.ts';
import { PAYLOAD_FROM, STEP_AFTER, type StepItem } from './step-item.ts';

/** Names a job of a call to several queues. */
export interface JobPlace {
  readonly queue: string;
  /** The id; once stored, that of the job it is a duplicate of. */
  id: string;
}

/** Holds the items of one call, those that wait for others naming them by their ids. */
export interface NamedItems {
  readonly items: readonly EnqueueItem[];
  /** The ids of items without options, by their positions: most members of a batch need no options for it. */
  readonly ids: readonly (string | undefined)[];
}

const NO_IDS: readonly undefined[] = [];

/**
 * Replaces the items that others of the same call wait for by their ids, or by what `placeOf` returns; gives
 * those that have no id one.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` for an item that is not among them, with `details.index`
 */
export function nameItems(
  items: readonly EnqueueItem[],
  placeOf: (id: string, item: EnqueueItem) => string | JobPlace = (id) => id,
): NamedItems {
  const known = awaitedItems(items);
  if (known.size === 0) return { items, ids: NO_IDS };
  const named = [...items];
  const ids = giveIds(items, named, known);
  for (let index = 0; index < items.length; index++) {
    const item = items[index] as EnqueueItem;
    const dependsOn = dependsOnOf(item);
    if (dependsOn.length === 0) continue;
    const places = dependsOn.map((dependency, at) => {
      if (!isItem(dependency)) return dependency;
      const id = known.get(dependency) ?? undefined;
      if (id !== undefined) return placeOf(id, dependency as EnqueueItem);
      const advice = 'Give the very object that is in the list, or the id of a stored job.';
      const field = `dependsOn[${at}]`;
      throw atIndex(invalidArgument(field, 'an item of this call', dependency, advice), index);
    });
    const before = (item as StepItem)[STEP_AFTER];
    const from = (before && known.get(before)) ?? undefined;
    const { options } = named[index] as EnqueueItem;
    const metadata = from !== undefined && { ...options?.metadata, [PAYLOAD_FROM]: from };
    const waiting = { ...options, ...(metadata && { metadata }), dependsOn: places };
    named[index] = { ...item, options: waiting };
  }
  return { items: named, ids };
}

/** Finds the items that others wait for; they have no ids until they are met. */
function awaitedItems(items: readonly EnqueueItem[]): Map<unknown, string | null> {
  const known = new Map<unknown, string | null>();
  for (const item of items) {
    // Most items have no options at all.
    if (item?.options === undefined) continue;
    for (const dependency of dependsOnOf(item)) {
      if (isItem(dependency)) known.set(dependency, null);
    }
  }
  return known;
}

/** Gives the items that others wait for ids: in their options, if they have any; returns the ids of the others. */
function giveIds(
  items: readonly EnqueueItem[],
  named: EnqueueItem[],
  known: Map<unknown, string | null>,
): (string | undefined)[] {
  const ids: (string | undefined)[] = [];
  for (let index = 0; index < items.length; index++) {
    const item = items[index] as EnqueueItem;
    ids.push(undefined);
    const met = known.get(item);
    if (met === undefined) continue;
    if (met !== null) throw sameTwice(items.indexOf(item), index);
    if (item.options !== undefined) checkOptionsOf(item, index);
    const id = item.options?.jobId ?? newJobId();
    known.set(item, id);
    if (item.options === undefined) ids[index] = id;
    else named[index] = { ...item, options: { ...item.options, jobId: id } };
  }
  return ids;
}

/** Checks options that are taken apart before `enqueueMany` could check them. @throws JobsError `JOBS_INVALID_ARGUMENT` */
function checkOptionsOf({ options }: EnqueueItem, index: number): void {
  try {
    checkObject('options', options);
  } catch (error) {
    throw atIndex(error, index);
  }
}

/** Writes the ids of items without options into options of their own. */
export function withIds({ items, ids }: NamedItems): readonly EnqueueItem[] {
  if (ids === NO_IDS) return items;
  return items.map((item, index) => {
    const jobId = ids[index];
    return jobId === undefined ? item : { ...item, options: { jobId } };
  });
}

/** Makes the error for an object that stands for two jobs: those that wait for it would wait for one of them alone. */
function sameTwice(first: number, index: number): unknown {
  const error = new JobsError(
    'JOBS_INVALID_ARGUMENT',
    `Expected an object of its own for each job that others wait for, got the one of items[${first}] again. Copy it: \`{ ...item }\`.`,
    { details: { field: 'items', first } },
  );
  return atIndex(error, index);
}

/** Returns the jobs that an item waits for, whatever was given. */
export function dependsOnOf(
  item: EnqueueItem | undefined,
): NonNullable<NonNullable<EnqueueItem['options']>['dependsOn']> {
  const dependsOn = item?.options?.dependsOn;
  return Array.isArray(dependsOn) ? dependsOn : [];
}

function isItem(dependency: unknown): boolean {
  return typeof dependency === 'object' && dependency !== null && !('id' in dependency);
}
