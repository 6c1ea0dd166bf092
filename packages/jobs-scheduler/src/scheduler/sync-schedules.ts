import { invalidArgument, isJobsError, JobsError, type ScheduleStore } from '@philjs/jobs-core';
import { eachOf } from '../async/each-of.ts';
import { type StoredSchedule, toRecord } from '../spec/stored-schedule.ts';
import { changeSchedule } from '../store/change-schedule.ts';
import { declareSchedule } from '../store/declare-schedule.ts';
import { listSchedules } from '../store/list-schedules.ts';
import type { CheckedDeclaration } from './make-spec.ts';
import type { SyncResult } from './schedule-item.ts';

/** How many schedules are changed at once. */
const AT_ONCE = 64;

/** Makes the schedules of a store those that are declared, and no others but those that run once. */
export async function syncSchedules(
  declarations: readonly CheckedDeclaration[],
  store: ScheduleStore,
  now: number,
): Promise<SyncResult> {
  const stored = new Map((await listSchedules(store)).map((schedule) => [schedule.id, schedule]));
  const done = await eachOf(declarations, AT_ONCE, ({ id, spec }) =>
    declareOne({ id, spec, now, replaces: true }, stored.get(id), store),
  );
  const declared = new Set(declarations.map(({ id }) => id));
  const surplus = [...stored.values()].filter(({ id, spec }) => !spec.once && !declared.has(id));
  const gone = await eachOf(surplus, AT_ONCE, ({ id }) => store.remove({ id }));
  const idsOf = (what: Done): string[] =>
    declarations.filter((_, index) => done[index] === what).map(({ id }) => id);
  return {
    created: idsOf('created'),
    updated: idsOf('updated'),
    unchanged: idsOf('unchanged'),
    removed: surplus.filter((_, index) => gone[index]).map(({ id }) => id),
  };
}

type Done = 'created' | 'updated' | 'unchanged';

async function declareOne(
  declaration: Parameters<typeof declareSchedule>[0],
  stored: StoredSchedule | undefined,
  store: ScheduleStore,
): Promise<Done> {
  const { id } = declaration;
  const change = declareSchedule(declaration, stored);
  if (change === undefined) return 'unchanged';
  const schedule = toRecord(id, change.spec, change.state);
  const put = await store.put({ schedule, expectedRevision: stored?.revision ?? 0 });
  // Somebody changed it since it was listed: decide anew.
  if (put === undefined)
    await changeSchedule(store, id, (now) => declareSchedule(declaration, now));
  return stored === undefined ? 'created' : 'updated';
}

/**
 * Checks the items of a list one after the other.
 *
 * @throws JobsError as `check`, with `details.index`; `JOBS_INVALID_ARGUMENT` for an id that comes twice
 */
export async function checkItems<TItem>(
  items: readonly TItem[],
  check: (item: TItem) => Promise<CheckedDeclaration>,
): Promise<readonly CheckedDeclaration[]> {
  if (!Array.isArray(items)) throw invalidArgument('items', 'an array of schedules', items);
  const declared = new Map<string, CheckedDeclaration>();
  for (const [index, item] of items.entries()) {
    try {
      const declaration = await check(item);
      if (declared.has(declaration.id)) throw twice(declaration.id);
      declared.set(declaration.id, declaration);
    } catch (error) {
      throw atIndex(error, index);
    }
  }
  return [...declared.values()];
}

function twice(id: string): JobsError {
  const advice = 'Give one of them another `id`; the default is the name of the job.';
  return invalidArgument('id', 'of one schedule only', id, advice);
}

function atIndex(error: unknown, index: number): unknown {
  if (!isJobsError(error)) return error;
  return new JobsError(error.code, `items[${index}]: ${error.message}`, {
    cause: error,
    details: { ...error.details, index },
  });
}
