import { randomUUID } from 'node:crypto';
import type {
  DueSchedules,
  ScheduleRecord,
  ScheduleStore,
  Subscription,
  TickEntry,
} from '@philjs/jobs-core';
import type { JsonObject } from '@philjs/jobs-core/backend';
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

/** How many entries of one schedule are kept unless another number is given. */
const KEPT_ENTRIES = 100;

type Params<TMethod extends keyof ScheduleStore> = Parameters<ScheduleStore[TMethod]>[0];

/** Keeps schedules and the ledger of their ticks; each change is one script. */
export class RedisScheduleStore implements ScheduleStore {
  readonly #store: QueueStore;

  constructor(store: QueueStore) {
    this.#store = store;
  }

  /** Creates or changes a schedule. */
  async put(put: Params<'put'>): Promise<ScheduleRecord | undefined> {
    return (await this.putAll({ schedules: [put] }))?.[0];
  }

  /** Creates or changes schedules: all, or none. */
  async putAll({ schedules }: Params<'putAll'>): Promise<ScheduleRecord[] | undefined> {
    if (schedules.length === 0) return [];
    const puts = schedules.flatMap(({ schedule, expectedRevision }) => {
      const { id, jobName, spec, state, nextAt } = schedule;
      return [toText(id), expectedRevision ?? '', nextAt ?? '', jobName, json(spec), json(state)];
    });
    const texts = await this.#store.run(putSchedulesScript, { claim: randomUUID() }, puts);
    return texts?.map((text, index) => toRecord(schedules[index]?.schedule.id ?? '', text));
  }

  /** Reads one schedule. */
  async get({ id }: Params<'get'>): Promise<ScheduleRecord | undefined> {
    const { link, key } = this.#store;
    const text = await link.run((client) => client.hget(key('pj:schedules'), toText(id)));
    return text === null ? undefined : toRecord(id, text);
  }

  /** Lists schedules by id; the cursor is the last id. */
  async list(params: Params<'list'>): Promise<{ schedules: ScheduleRecord[]; cursor?: string }> {
    const { cursor = '', limit } = params;
    const found = await this.#store.run(listSchedulesScript, {
      behind: toText(cursor),
      limit: limit + 1,
    });
    const schedules = toRecords(found);
    const more = schedules.length > limit;
    const page = schedules.slice(0, limit);
    const last = page.at(-1);
    return more && last !== undefined ? { schedules: page, cursor: last.id } : { schedules: page };
  }

  /** Removes a schedule and its ledger. */
  async remove({ id }: Params<'remove'>): Promise<boolean> {
    return (await this.#store.run(removeScheduleScript, { id: toText(id) })) === 1;
  }

  /** Reads the schedules that are due, earliest first; the cursor is the time and the id of the last one. */
  async due({ now, limit, cursor = '' }: Params<'due'>): Promise<DueSchedules> {
    const space = cursor.indexOf(' ');
    const [at, life, behind, ...found] = await this.#store.run(dueSchedulesScript, {
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
  async fire(params: Params<'fire'>): ReturnType<ScheduleStore['fire']> {
    const { id, expectedRevision, nextAt, state, jobs, entries } = params;
    const { keep = KEPT_ENTRIES, track = false, ifDuplicate } = params;
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
    const run = () => this.#store.run(fireScheduleScript, args, rest);
    const answer = await besideStages(this.#store, run);
    if (answer === null) return { fired: false };
    const [text, results, again] = answer;
    return {
      fired: true,
      schedule: toRecord(id, text),
      results: toAddResults(jobs, results, again === 1),
    };
  }

  /** Lists the jobs of a schedule that have not ended. */
  async liveRuns({ id }: Params<'liveRuns'>): Promise<string[]> {
    return (await this.#store.run(liveRunsScript, { id: toText(id) })).map(decodeJobId);
  }

  /** Writes ledger entries. */
  async record({ entries, keep = KEPT_ENTRIES, known }: Params<'record'>): Promise<void> {
    if (entries.length === 0) return;
    const args = { keep, known: known ? 1 : 0 };
    await this.#store.run(recordTicksScript, args, entries.flatMap(entryArguments));
  }

  /** Reads the ledger, latest tick first. */
  async history({ id, limit }: Params<'history'>): Promise<TickEntry[]> {
    const found = await this.#store.run(readLedgerScript, {
      id: id === undefined ? '' : toText(id),
      most: limit,
    });
    const entries: TickEntry[] = [];
    for (let i = 0; i + 2 < found.length; i += 3) {
      const [scheduleId = '', tick, detail = '{}'] = found.slice(i, i + 3);
      const detailed = { tickAt: Number(tick), detail: JSON.parse(detail) };
      entries.push({ scheduleId: fromText(scheduleId), ...detailed });
    }
    return entries;
  }

  /** Calls back for every change by any process, and after every outage, since changes may have been missed. */
  watch({ onChange }: Params<'watch'>): Promise<Subscription> {
    return this.#store.subscribe('pj:watch', onChange, onChange);
  }
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
