import type { ScheduleRecord, ScheduleStore } from '@philjs/jobs-core/backend';
import { KEPT_TICKS } from '@philjs/jobs-core/backend';
import { duePage, fromText, schedulePage, toText } from '@philjs/jobs-core/internal';
import { decodeJobId } from '../keys/job-id.ts';
import { jobArguments } from '../record/job-arguments.ts';
import { luaSource } from '../script/lua-source.ts';
import { ADD, CLOCK, KEYS, STAGED } from '../script/parts.ts';
import { defineScript } from '../script/script.ts';
import { type AddAnswer, toAddResults } from '../store/add-answer.ts';
import type { QueueStore } from '../store/queue-store.ts';
import { besideStages } from '../workflow/stage-scripts.ts';
import type { StagedAnswer } from '../workflow/staged-answer.ts';
import { entryArguments, LEDGER, readTicks, recordTicks } from './tick-ledger.ts';

type Params<TMethod extends keyof ScheduleStore> = Parameters<ScheduleStore[TMethod]>[0];

/** The place of a schedule among those that are due: its next tick and its stored id, or empty texts for the first. */
type Place = readonly [nextAt: number | string, id: string];

/** A schedule as scripts answer it: its id and its record. */
type Row = readonly [id: string, text: string];

/** Writes schedules, and reads them. */
const SCHEDULE = luaSource(new URL('./schedule.lua', import.meta.url));

/**
 * Creates or changes schedules: all, or none. It takes, for each: id, the revision it must have (0: there is
 * none) or nothing, nextAt or nothing, job name, spec, state. Returns the records, or nothing when refused.
 */
const putSchedulesScript = defineScript('PutAll', 'once')<string[] | null>(
  SCHEDULE,
  luaSource(new URL('./put-schedules.lua', import.meta.url)),
);

/** Removes a schedule and its ledger. Returns whether there was one. */
const removeScheduleScript = defineScript('RemoveSchedule', 'once id')(
  LEDGER,
  luaSource(new URL('./remove-schedule.lua', import.meta.url)),
);

/** Lists schedules by id, behind one or from the start. Returns id and record of each. */
const listSchedulesScript = defineScript(
  'ListSchedules',
  'behind limit',
)<Row[]>(luaSource(new URL('./list-schedules.lua', import.meta.url)));

/**
 * Reads the schedules that are due at a time, by default the server's, behind the time and the id of the last
 * schedule read, if any, and the next one after these. Returns the time it used, the generation of the stored data, then id
 * and record of each.
 */
const dueSchedulesScript = defineScript('DueSchedules', 'at most fromScore fromId')<
  [now: string, life: string, ...found: Row[]]
>(CLOCK, luaSource(new URL('./due-schedules.lua', import.meta.url)));

const FIRE_ARGUMENTS =
  'once id expected nextAt state keep track entries others otherNextAt otherState';

/**
 * Claims ticks: schedule, jobs and ledger change together. After the arguments come as many ledger entries as they say
 * (schedule, tick, detail each), then those to write if another job has the id or the key of the only job, then the jobs; those
 * that are stored are remembered as runs if `track` says so. Returns the record and the outcome of each job, or nothing when refused.
 */
const fireScheduleScript = defineScript('FireSchedule', FIRE_ARGUMENTS)<
  [record: string, results: AddAnswer[]] | StagedAnswer | null
>(KEYS, ADD, STAGED, SCHEDULE, LEDGER, luaSource(new URL('./fire-schedule.lua', import.meta.url)));

/**
 * Lists the jobs of a schedule that have not ended, and forgets those that can never run again: of ended jobs, only
 * a failed one can be put back. Returns stored ids of jobs.
 */
const liveRunsScript = defineScript(
  'LiveRuns',
  'id',
)<string[]>(luaSource(new URL('./live-runs.lua', import.meta.url)));

/** Keeps schedules and the ledger of their ticks; each change is one script. */
export function redisScheduleStore(store: QueueStore): ScheduleStore {
  const putAll = async ({ schedules }: Params<'putAll'>) => {
    if (schedules.length === 0) return [];
    const puts = schedules.flatMap(({ schedule, expectedRevision }) => {
      const { id, jobName, spec, state, nextAt } = schedule;
      const texts = [JSON.stringify(spec), JSON.stringify(state)];
      return [toText(id), expectedRevision ?? '', nextAt ?? '', jobName, ...texts];
    });
    const texts = await store.run(putSchedulesScript, {}, puts);
    return texts?.map((text, index) => toRecord(schedules[index]?.schedule.id ?? '', text));
  };
  return {
    putAll,
    put: async (put) => (await putAll({ schedules: [put] }))?.[0],
    get: async ({ id }) => {
      const { link, key } = store;
      const text = await link.run((client) => client.hget(key('pj:schedules'), toText(id)));
      return text === null ? undefined : toRecord(id, text);
    },
    list: async ({ cursor = '', limit }) => {
      const args = { behind: toText(cursor), limit: limit + 1 };
      return schedulePage((await store.run(listSchedulesScript, args)).map(toRow), limit);
    },
    remove: async ({ id }) => (await store.run(removeScheduleScript, { id: toText(id) })) === 1,
    due: async ({ now, limit, cursor = '["", ""]' }) => {
      const [fromScore, fromId]: Place = JSON.parse(cursor);
      const args = { at: now ?? '', most: limit, fromScore, fromId };
      const [at, life, ...found] = await store.run(dueSchedulesScript, args);
      const page = duePage(found.map(toRow), limit, Number(at), placeOf);
      return { ...page, ...(life && { life }) };
    },
    fire: (params) => fire(store, params),
    liveRuns: async ({ id }) =>
      (await store.run(liveRunsScript, { id: toText(id) })).map(decodeJobId),
    record: (params) => recordTicks(store, params),
    history: (params) => readTicks(store, params),
    // Calls back after every outage as well, since changes may have been missed.
    watch: ({ onChange }) => store.subscribe('pj:watch', onChange, onChange),
  };
}

/** Claims ticks: the schedule, its jobs and the ledger change together or not at all. */
async function fire(store: QueueStore, params: Params<'fire'>): ReturnType<ScheduleStore['fire']> {
  const { id, expectedRevision, nextAt, state, jobs, entries } = params;
  const { keep = KEPT_TICKS, track = false, ifDuplicate } = params;
  const others = ifDuplicate?.entries ?? [];
  const args = {
    ...{ id: toText(id), expected: expectedRevision },
    ...{ nextAt: nextAt ?? '', state: JSON.stringify(state), keep, track: track ? 1 : 0 },
    entries: entries.length,
    others: ifDuplicate === undefined ? '' : others.length,
    otherNextAt: ifDuplicate?.nextAt ?? '',
    otherState: ifDuplicate === undefined ? '' : JSON.stringify(ifDuplicate.state),
  };
  const ticks = [...entries, ...others].flatMap(entryArguments);
  const rest = [...ticks, ...jobs.flatMap(jobArguments)];
  const answer = await besideStages(store, () => store.run(fireScheduleScript, args, rest));
  if (answer === null) return { fired: false };
  const [text, results] = answer;
  return { fired: true, schedule: toRecord(id, text), results: toAddResults(jobs, results, false) };
}

function placeOf({ nextAt, id }: ScheduleRecord): Place {
  return [nextAt ?? '', toText(id)];
}

function toRow([id, text]: Row): ScheduleRecord {
  return toRecord(fromText(id), text);
}

function toRecord(id: string, text: string): ScheduleRecord {
  const [revision, nextAt, , jobName = '', spec = '{}', state = '{}'] = text.split('\0');
  return {
    id,
    jobName,
    spec: JSON.parse(spec),
    state: JSON.parse(state),
    nextAt: nextAt ? Number(nextAt) : undefined,
    revision: Number(revision),
  };
}
