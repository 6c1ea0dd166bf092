import { isJobsError, JobsError } from '@philjs/jobs-core';
import { invalidArgument, type ScheduleStore } from '@philjs/jobs-core/backend';
import { eachOf } from '../async/each-of.ts';
import { isUpdate } from '../events/reported-changes.ts';
import { type StoredSchedule, toRecord } from '../spec/stored-schedule.ts';
import { changeSchedule, type ScheduleChange } from '../store/change-schedule.ts';
import { declareSchedule } from '../store/declare-schedule.ts';
import { type ListedSchedules, listSchedules } from '../store/list-schedules.ts';
import { timetableOf } from '../ticks/timetable-of.ts';
import {
  generationOf,
  type Mark,
  markChange,
  markId,
  revisionOf,
  storeMark,
} from './generation-mark.ts';
import type { CheckedDeclaration } from './make-spec.ts';
import type { SyncResult } from './schedule-item.ts';

/** How many schedules are changed at once. */
const AT_ONCE = 64;
/** How many schedules are changed in one step: the store changes 1,000, and one of them is the generation. */
const MOST_TOGETHER = 999;
/** How often all are changed together; if other processes come in between each time, they are changed one by one. */
const TRIES_TOGETHER = 5;

/** Describes a list of schedules declared together. */
export interface DeclaredList {
  readonly declarations: readonly CheckedDeclaration[];
  /** The owner; absent for schedules without an owner. */
  readonly owner: string | undefined;
  /** The generation, if it was given or this process declared the same list before. */
  readonly generation: number | undefined;
  readonly now: number;
}

/** Declares a list that was checked. */
export type DeclareList = () => Promise<SyncResult>;

/** A schedule before and after. */
export interface SyncChange {
  readonly id: string;
  readonly before?: StoredSchedule | undefined;
  readonly after?: ScheduleChange | undefined;
}

/** Holds the result, and the generation it was declared with. */
export interface SyncOutcome {
  readonly result: SyncResult;
  readonly generation: number;
  readonly changes: readonly SyncChange[];
}

interface Plan {
  /** The place in the list. */
  readonly index: number;
  readonly declaration: CheckedDeclaration;
  readonly stored: StoredSchedule | undefined;
  readonly change: ScheduleChange | undefined;
}

/** The changes a list makes. */
interface SyncPlan {
  readonly plans: readonly Plan[];
  /** The schedules of the owner that are not in the list. */
  readonly surplus: readonly StoredSchedule[];
  readonly mark: Mark;
  /** The generation that is stored now, if there is one. */
  readonly marked: StoredSchedule | undefined;
  /** Whether the generation is to be stored although nothing else changes. */
  readonly isNewer: boolean;
}

/**
 * Makes the schedules of an owner match its declarations. Plans everything, and refuses impossible declarations,
 * before anything changes, and then changes all in one step of the store; more than 1,000 changes take several, in
 * which declarations come first. Once a later generation was declared, it changes nothing. What was declared at the same
 * moment by an earlier one is found: each step also changes the record of the generation.
 */
export async function syncSchedules(
  list: DeclaredList,
  store: ScheduleStore,
): Promise<SyncOutcome> {
  const made: SyncChange[] = [];
  for (let tries = 1; ; tries++) {
    const plan = planSync(list, await listSchedules(store));
    const changes = changesOf(plan, list.now);
    // Another process changes one of them each time: one by one, each is decided again by itself.
    const isDone =
      tries > TRIES_TOGETHER
        ? await changeEach(plan, list, store, made)
        : await changeTogether(changes, plan, { list, store, made });
    if (isDone) return outcomeOf(plan, made);
  }
}

function planSync(list: DeclaredList, listed: ListedSchedules): SyncPlan {
  const isOwn = ({ spec }: StoredSchedule): boolean =>
    spec.declared !== undefined && spec.declared.owner === list.owner;
  const own = listed.schedules.filter(isOwn);
  const newest = own.reduce((latest, schedule) => Math.max(latest, generationOf(schedule)), 0);
  const turn = list.generation ?? newest + 1;
  const isOlder = turn < newest;
  const plans = planAll(list, listed, isOlder);
  const declared = new Set(list.declarations.map(({ id }) => id));
  const surplus = own.filter(
    ({ id, state }) => !isOlder && !declared.has(id) && state.removed === undefined,
  );
  const isSame = surplus.length === 0 && plans.every(({ change }) => change === undefined);
  const generation = isSame && list.generation === undefined ? newest : turn;
  const mark = { ...(list.owner !== undefined && { owner: list.owner }), generation };
  const marked = own.find(({ id }) => id === markId(list.owner));
  return { plans, surplus, mark, marked, isNewer: generation > newest };
}

/** Lists the changes of a plan: the declared schedules, then those that are no longer declared. */
function changesOf({ plans, surplus, mark }: SyncPlan, now: number): readonly SyncChange[] {
  const declared = plans.flatMap(({ declaration: { id }, stored: before, change }) =>
    change === undefined ? [] : [{ id, before, after: marked(change, mark) }],
  );
  const gone = surplus.map((before) => ({
    id: before.id,
    before,
    after: marked({ spec: before.spec, state: { ...before.state, removed: { at: now } } }, mark),
  }));
  return [...declared, ...gone];
}

function marked({ spec, state }: ScheduleChange, mark: Mark): ScheduleChange {
  return { spec: { ...spec, declared: mark }, state };
}

/** Makes changes in as few steps as the store can; returns whether no other process came in between. */
async function changeTogether(
  changes: readonly SyncChange[],
  { mark, marked: before, isNewer }: SyncPlan,
  { list, store, made }: { list: DeclaredList; store: ScheduleStore; made: SyncChange[] },
): Promise<boolean> {
  let revision = revisionOf(before);
  const steps = Math.max(isNewer ? 1 : 0, Math.ceil(changes.length / MOST_TOGETHER));
  for (let step = 0; step < steps; step++) {
    const some = changes.slice(step * MOST_TOGETHER, (step + 1) * MOST_TOGETHER);
    const puts = some.flatMap(({ id, before, after }) => {
      if (after === undefined) return [];
      const schedule = toRecord(id, after.spec, after.state);
      return [{ schedule, expectedRevision: revisionOf(before) }];
    });
    const marking = { schedule: markChange(mark, list.now), expectedRevision: revision };
    const records = await store.putAll({ schedules: [...puts, marking] });
    if (records === undefined) return false;
    revision = revisionOf(records.at(-1));
    made.push(...some);
  }
  return true;
}

/**
 * Makes the changes of a plan one by one. If a later generation was declared meanwhile, takes back what this one made; else
 * that one finds the record of the generation changed, and decides again.
 */
async function changeEach(
  plan: SyncPlan,
  list: DeclaredList,
  store: ScheduleStore,
  made: SyncChange[],
): Promise<true> {
  const { plans, surplus, mark, isNewer } = plan;
  const written = await eachOf(plans, AT_ONCE, (one) => write(one, list, mark, store));
  const remove = (schedule: Pick<StoredSchedule, 'id'>) =>
    softRemove(schedule, list.now, mark, store);
  const gone = await eachOf(surplus, AT_ONCE, remove);
  const changes = [...written, ...gone].filter((change) => change !== undefined);
  const isMarked = changes.length > 0 || isNewer;
  const isLatest = !isMarked || (await storeMark(store, mark, list.now));
  if (!isLatest) await eachOf(changes.filter(isMade), AT_ONCE, remove);
  made.push(...(isLatest ? changes : changes.filter((change) => !isMade(change))));
  return true;
}

function outcomeOf({ plans, mark }: SyncPlan, changes: readonly SyncChange[]): SyncOutcome {
  const byId = new Map(changes.map((change) => [change.id, change]));
  const ids = plans.map(({ declaration }) => declaration.id);
  const created = ids.filter((id) => isMade(byId.get(id)));
  const updated = ids.filter((id) => isChanged(byId.get(id)));
  const changed = new Set([...created, ...updated]);
  return {
    generation: mark.generation,
    changes,
    result: {
      created,
      updated,
      unchanged: ids.filter((id) => !changed.has(id)),
      removed: changes
        .filter(({ after }) => after?.state.removed !== undefined)
        .map(({ id }) => id),
      expired: plans.filter(isExpired).map(({ declaration }) => declaration.id),
    },
  };
}

/** Returns whether a change makes a schedule, or gives one back that was removed. */
function isMade(change: SyncChange | undefined): boolean {
  return (
    change !== undefined &&
    (change.before === undefined || change.before.state.removed !== undefined)
  );
}

/** Returns whether a change is one of a declaration. */
function isChanged(change: SyncChange | undefined): boolean {
  const { before, after } = change ?? {};
  return before !== undefined && after !== undefined && !isMade(change) && isUpdate(before, after);
}

/** Plans the change of each declaration; an error names its declaration. */
function planAll(
  { declarations, owner, now }: DeclaredList,
  { schedules, unreadable }: ListedSchedules,
  isOlder: boolean,
): readonly Plan[] {
  const byId = new Map(schedules.map((schedule) => [schedule.id, schedule]));
  const declared = { ...(owner !== undefined && { owner }), generation: 0 };
  return declarations.map((declaration, index) => {
    const { id } = declaration;
    if (unreadable.has(id)) throw atIndex(unreadable.get(id), index, id);
    const stored = byId.get(id);
    const plan = { index, declaration, stored };
    if (isOlder) return { ...plan, change: undefined };
    return { ...plan, change: declareOne({ ...plan, now }, declared) };
  });
}

/** Declares one schedule of a list; an error names its place in that. */
function declareOne(
  { index, declaration, stored, now }: Omit<Plan, 'change'> & { readonly now: number },
  declared: Mark,
): ScheduleChange | undefined {
  const { id, spec } = declaration;
  try {
    if (stored !== undefined) checkOwner(stored, declared.owner);
    const given = { ...declaration, spec: { ...spec, declared }, now };
    return declareSchedule({ ...given, replaces: true, acceptsPast: true }, stored);
  } catch (error) {
    throw atIndex(error, index, id);
  }
}

/** Refuses schedules of another owner; those without an owner may be taken over. */
function checkOwner({ id, spec, state }: StoredSchedule, owner: string | undefined): void {
  const { owner: other } = spec.declared ?? {};
  if (other === undefined || other === owner || state.removed !== undefined) return;
  throw new JobsError(
    'JOBS_CONFLICT',
    `Expected schedule \`${id}\` to be ${owner === undefined ? 'without an owner' : `of \`${owner}\``}, but it is of \`${other}\`. Give this one another \`id\`, or remove the other one first.`,
    { details: { field: 'id', scheduleId: id, owner: other } },
  );
}

/** Returns whether a schedule never ticks again because its time is over. */
function isExpired({ stored, change }: Plan): boolean {
  const { spec, state } = change ?? stored ?? {};
  if (spec === undefined || state?.ended === undefined) return false;
  return state.ended.reason !== 'max-runs' && timetableOf(spec).next(state.ended.at) === undefined;
}

async function write(
  { index, declaration, stored, change }: Plan,
  { now }: DeclaredList,
  mark: Mark,
  store: ScheduleStore,
): Promise<SyncChange | undefined> {
  if (change === undefined) return undefined;
  const { id } = declaration;
  let made: SyncChange | undefined = { id, before: stored, after: marked(change, mark) };
  const { spec, state } = marked(change, mark);
  const schedule = toRecord(id, spec, state);
  const put = await store.put({ schedule, expectedRevision: stored?.revision ?? 0 });
  if (put !== undefined) return made;
  // Another process changed it since it was listed: decide again.
  await changeSchedule(store, id, (current) => {
    made = undefined;
    const isLater = generationOf(current) > mark.generation;
    if (isLater && current?.spec.declared?.owner === mark.owner) return undefined;
    const again = declareOne({ index, declaration, stored: current, now }, mark);
    if (again !== undefined) made = { id, before: current, after: marked(again, mark) };
    return made?.after;
  });
  return made;
}

/** Stops a schedule but keeps its state in case it is declared again; `undefined` when it is no longer this one's. */
async function softRemove(
  { id }: Pick<StoredSchedule, 'id'>,
  now: number,
  mark: Mark,
  store: ScheduleStore,
): Promise<SyncChange | undefined> {
  let made: SyncChange | undefined;
  await changeSchedule(store, id, (current) => {
    made = undefined;
    const { declared } = current?.spec ?? {};
    const isTheirs = declared?.owner !== mark.owner || generationOf(current) > mark.generation;
    if (current === undefined || current.state.removed !== undefined || isTheirs) return undefined;
    const spec = { ...current.spec, declared: mark };
    const after = { spec, state: { ...current.state, removed: { at: now } } };
    made = { id, before: current, after };
    return after;
  });
  return made;
}

/**
 * Checks the items of a list one after the other.
 *
 * @throws JobsError as `check`, with `details.index` and `details.scheduleId`; `JOBS_INVALID_ARGUMENT` for an
 * id that comes twice
 */
export async function checkItems<TItem extends { readonly id?: unknown; readonly job?: unknown }>(
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
      throw atIndex(error, index, idOf(item));
    }
  }
  return [...declared.values()];
}

function idOf(item: { readonly id?: unknown; readonly job?: unknown } | undefined): unknown {
  const { job } = item ?? {};
  const name = typeof job === 'object' && job !== null ? (job as { name?: unknown }).name : job;
  return item?.id ?? name;
}

function twice(id: string): JobsError {
  const advice = 'Give one of them another `id`; the default is the name of the job.';
  return invalidArgument('id', 'of one schedule only', id, advice);
}

/** Adds to an error which item of a list it is about, and the id of its schedule. */
export function atIndex(error: unknown, index: number, id: unknown): unknown {
  if (!isJobsError(error)) return error;
  const name = typeof id === 'string' ? ` (\`${id.slice(0, 200)}\`)` : '';
  return new JobsError(error.code, `items[${index}]${name}: ${error.message}`, {
    cause: error,
    details: { ...error.details, index, ...(typeof id === 'string' && { scheduleId: id }) },
  });
}
