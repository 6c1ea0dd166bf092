import { invalidArgument, isJobsError, JobsError, type ScheduleRecord } from '@philjs/jobs-core';
import type { StoredSchedule } from '../spec/stored-schedule.ts';
import type { CheckedDeclaration } from './make-spec.ts';
import type { SyncResult } from './schedule-item.ts';

/** What `sync` is made of. */
export interface SyncSteps<TItem> {
  check(item: TItem): Promise<CheckedDeclaration>;
  get(declaration: CheckedDeclaration): Promise<ScheduleRecord | undefined>;
  declare(declaration: CheckedDeclaration, item: TItem): Promise<void>;
  list(): Promise<readonly StoredSchedule[]>;
  remove(id: string): Promise<boolean>;
}

/** Makes the schedules of a queue those that are given, and no others. */
export async function syncSchedules<TItem>(
  items: readonly TItem[],
  steps: SyncSteps<TItem>,
): Promise<SyncResult> {
  const declared = await checkAll(items, steps);
  const created: string[] = [];
  const updated: string[] = [];
  const unchanged: string[] = [];
  for (const { declaration, item } of declared.values()) {
    const before = await steps.get(declaration);
    await steps.declare(declaration, item);
    const after = before && (await steps.get(declaration));
    if (before === undefined) created.push(declaration.id);
    else if (before.revision === after?.revision) unchanged.push(declaration.id);
    else updated.push(declaration.id);
  }
  const removed: string[] = [];
  for (const { id, spec } of await steps.list()) {
    if (!spec.once && !declared.has(id) && (await steps.remove(id))) removed.push(id);
  }
  return { created, updated, unchanged, removed };
}

async function checkAll<TItem>(
  items: readonly TItem[],
  steps: SyncSteps<TItem>,
): Promise<ReadonlyMap<string, { declaration: CheckedDeclaration; item: TItem }>> {
  if (!Array.isArray(items)) throw invalidArgument('items', 'an array of schedules', items);
  const declared = new Map<string, { declaration: CheckedDeclaration; item: TItem }>();
  for (const [index, item] of items.entries()) {
    try {
      const declaration = await steps.check(item);
      if (declared.has(declaration.id)) {
        throw invalidArgument(
          'id',
          'of one schedule only',
          declaration.id,
          'Give one another `id`.',
        );
      }
      declared.set(declaration.id, { declaration, item });
    } catch (error) {
      throw atIndex(error, index);
    }
  }
  return declared;
}

function atIndex(error: unknown, index: number): unknown {
  if (!isJobsError(error)) return error;
  return new JobsError(error.code, `items[${index}]: ${error.message}`, {
    cause: error,
    details: { ...error.details, index },
  });
}
