import { invalidArgument } from '../check/argument.ts';
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

/**
 * Replaces the items that others of the same call wait for by their ids, or by what `placeOf` returns; gives
 * those that have no id one.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` for an item that is not among them, with `details.index`
 */
export function nameItems(
  items: readonly EnqueueItem[],
  placeOf: (id: string, item: EnqueueItem) => string | JobPlace = (id) => id,
): readonly EnqueueItem[] {
  const ids = new Map<unknown, string | undefined>();
  for (const item of items) {
    // Most items have no options at all.
    if (item?.options === undefined) continue;
    for (const dependency of dependsOnOf(item)) {
      if (isItem(dependency)) ids.set(dependency, undefined);
    }
  }
  if (ids.size === 0) return items;
  for (const [index, item] of items.entries()) {
    if (!ids.has(item)) continue;
    if (ids.get(item) !== undefined) throw sameTwice(items.indexOf(item), index);
    ids.set(item, item.options?.jobId ?? newJobId());
  }
  return items.map((item, index) => {
    const jobId = ids.get(item);
    const dependsOn = dependsOnOf(item);
    if (jobId === undefined && dependsOn.length === 0) return item;
    // Most members of a batch have nothing else.
    if (item.options === undefined) return { ...item, options: { jobId } };
    const named = dependsOn.map((dependency, at) => {
      if (!isItem(dependency)) return dependency;
      const id = ids.get(dependency);
      if (id !== undefined) return placeOf(id, dependency as EnqueueItem);
      const advice = 'Give the very object that is in the list, or the id of a stored job.';
      const field = `dependsOn[${at}]`;
      throw atIndex(invalidArgument(field, 'an item of this call', dependency, advice), index);
    });
    const before = (item as StepItem)[STEP_AFTER];
    const from = before && ids.get(before);
    const metadata = from !== undefined && { ...item.options?.metadata, [PAYLOAD_FROM]: from };
    const options = {
      ...item.options,
      ...(metadata && { metadata }),
      ...(jobId !== undefined && { jobId }),
      ...(dependsOn.length > 0 && { dependsOn: named }),
    };
    return { ...item, options };
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
