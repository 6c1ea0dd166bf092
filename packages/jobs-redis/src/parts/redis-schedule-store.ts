import { randomUUID } from 'node:crypto';
import type { ScheduleRecord, ScheduleStore, TickEntry } from '@philjs/jobs-core';
import { type JsonObject, KEPT_TICKS } from '@philjs/jobs-core/backend';
import { decodeJobId } from '../keys/job-id.ts';
import { jobArguments } from '../record/job-arguments.ts';
import { fromText, toText } from '../record/text.ts';
import {
  dueSchedulesScript,
  fireScheduleScript,
  listSchedulesScript,
  liveRunsScript,
  putSchedulesScript,
  readLedgerScript,
  recordTicksScript,
  removeScheduleScript,
} from '../script/schedule-scripts.ts';
import type { ScriptArgument } from '../script/script.ts';
import { toAddResults } from '../store/add-answer.ts';
import type { QueueStore } from '../store/queue-store.ts';
import { besideStages } from '../workflow/stage-scripts.ts';

type Params<TMethod extends keyof ScheduleStore> = Parameters<ScheduleStore[TMethod]>[0];

/** Keeps schedules and the ledger of their ticks; each change is one script. */
export function redisScheduleStore(store: QueueStore): ScheduleStore {
  const putAll = async ({ schedules }: Params<'putAll'>) => {
    if (schedules.length === 0) return [];
    const puts = schedules.flatMap(({ schedule, expectedRevision }) => {
      const { id, jobName, spec, state, nextAt } = schedule;
      return [toText(id), expectedRevision ?? '', nextAt ?? '', jobName, json(spec), json(state)];
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
    // The cursor is the last id.
    list: async ({ cursor = '', limit }) => {
      const args = { behind: toText(cursor), limit: limit + 1 };
      const found = toRecords(await store.run(listSchedulesScript, args));
      const schedules = found.slice(0, limit);
      const last = schedules.at(-1);
      const more = found.length > limit && last !== undefined;
      return { schedules, ...(more && { cursor: last.id }) };
    },
    remove: async ({ id }) => (await store.run(removeScheduleScript, { id: toText(id) })) === 1,
    due: (params) => due(store, params),
    fire: (params) => fire(store, params),
    liveRuns: async ({ id }) =>
      (await store.run(liveRunsScript, { id: toText(id) })).map(decodeJobId),
    record: async ({ entries, keep = KEPT_TICKS, known }) => {
      if (entries.length === 0) return;
      const args = { keep, known: known ? 1 : 0 };
      await store.run(recordTicksScript, args, entries.flatMap(entryArguments));
    },
    history: async ({ id, limit }) => {
      const args = { id: id === undefined ? '' : toText(id), most: limit };
      const found = await store.run(readLedgerScript, args);
      const entries: TickEntry[] = [];
      for (let i = 0; i + 2 < found.length; i += 3) {
        const [scheduleId = '', tick, detail = '{}'] = found.slice(i, i + 3);
        const detailed = { tickAt: Number(tick), detail: JSON.parse(detail) };
        entries.push({ scheduleId: fromText(scheduleId), ...detailed });
      }
      return entries;
    },
    // Calls back after every outage as well, since changes may have been missed.
    watch: ({ onChange }) => store.subscribe('pj:watch', onChange, onChange),
  };
}

/** Reads the schedules that are due; the cursor is the time and the id of the last one. */
async function due(
  store: QueueStore,
  { now, limit, cursor = '' }: Params<'due'>,
): ReturnType<ScheduleStore['due']> {
  const space = cursor.indexOf(' ');
  const [at, life, behind, ...found] = await store.run(dueSchedulesScript, {
    now: now ?? '',
    most: limit,
    fromScore: cursor.slice(0, Math.max(0, space)),
    fromId: cursor.slice(space + 1),
  });
  const schedules = toRecords(found);
  const nextAt = behind ? Number(behind) : undefined;
  const last = schedules.at(-1);
  const more = nextAt !== undefined && nextAt <= Number(at) && last !== undefined;
  return {
    schedules,
    nextAt,
    now: Number(at),
    ...(life && { life }),
    ...(more && { cursor: `${last.nextAt} ${toText(last.id)}` }),
  };
}

/** Claims ticks: the schedule, its jobs and the ledger change together or not at all. */
async function fire(store: QueueStore, params: Params<'fire'>): ReturnType<ScheduleStore['fire']> {
  const { id, expectedRevision, nextAt, state, jobs, entries } = params;
  const { keep = KEPT_TICKS, track = false, ifDuplicate } = params;
  const others = ifDuplicate?.entries ?? [];
  const args = {
    ...{ id: toText(id), expected: expectedRevision, claim: randomUUID() },
    ...{ nextAt: nextAt ?? '', state: json(state), keep, track: track ? 1 : 0 },
    entries: entries.length,
    others: ifDuplicate === undefined ? '' : others.length,
    otherNextAt: ifDuplicate?.nextAt ?? '',
    otherState: ifDuplicate === undefined ? '' : json(ifDuplicate.state),
  };
  const ticks = [...entries, ...others].flatMap(entryArguments);
  const rest = [...ticks, ...jobs.flatMap(jobArguments)];
  const answer = await besideStages(store, () => store.run(fireScheduleScript, args, rest));
  if (answer === null) return { fired: false };
  const [text, results, again] = answer;
  return {
    fired: true,
    schedule: toRecord(id, text),
    results: toAddResults(jobs, results, again === 1),
  };
}

function entryArguments({ scheduleId, tickAt, detail }: TickEntry): ScriptArgument[] {
  return [toText(scheduleId), tickAt, json(detail)];
}

function toRecords(found: readonly string[]): ScheduleRecord[] {
  const records: ScheduleRecord[] = [];
  for (let i = 0; i + 1 < found.length; i += 2) {
    records.push(toRecord(fromText(found[i] ?? ''), found[i + 1] ?? ''));
  }
  return records;
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

/** Writes JSON, which never contains a raw NUL (it writes `\\u0000`), so that NUL can separate values. */
function json(value: JsonObject): string {
  return JSON.stringify(value);
}
