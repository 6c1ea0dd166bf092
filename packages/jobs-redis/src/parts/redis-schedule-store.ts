import type { ScheduleRecord, ScheduleStore } from '@philjs/jobs-core/backend';
import { duePage, fromText, KEPT_TICKS, schedulePage, toText } from '@philjs/jobs-core/backend';
import { decodeJobId } from '../keys/job-id.ts';
import { jobArguments } from '../record/job-arguments.ts';
import { ADD_LUA, JOB_ARGUMENTS } from '../script/add-jobs-script.ts';
import { KEY_LUA } from '../script/deduplicate-lua.ts';
import { CLOCK_LUA, defineScript } from '../script/script.ts';
import { type AddAnswer, toAddResults } from '../store/add-answer.ts';
import type { QueueStore } from '../store/queue-store.ts';
import { STAGED_LUA, type StagedAnswer } from '../workflow/stage-lua.ts';
import { besideStages } from '../workflow/stage-scripts.ts';
import { entryArguments, LEDGER_LUA, readTicks, recordTicks } from './tick-ledger.ts';

type Params<TMethod extends keyof ScheduleStore> = Parameters<ScheduleStore[TMethod]>[0];

/** The place of a schedule among those that are due: its next tick and its stored id, or empty texts for the first. */
type Place = readonly [nextAt: number | string, id: string];

/** A schedule as scripts answer it: its id and its record. */
type Row = readonly [id: string, text: string];

/**
 * A schedule is kept as text, as it was given, since Lua would not keep its numbers: `pj:schedules` holds
 * `revision\\0nextAt\\0claim\\0jobName\\0spec\\0state`. The claim names the call that wrote it. JSON never holds a raw NUL.
 */
const SCHEDULE_LUA = `
local function split(text)
  return { string.match(text, '^(%Z*)%z(%Z*)%z(%Z*)%z(%Z*)%z(%Z*)%z(.*)$') }
end

local function write(id, nextAt, claim, jobName, spec, state)
  local revision = call('INCR', revisionKey)
  local text = table.concat({ string.format('%.0f', revision), nextAt, claim, jobName, spec, state }, '\\0')
  call('HSET', schedulesKey, id, text)
  call('ZADD', scheduleIdsKey, 0, id)
  if nextAt == '' then call('ZREM', dueKey, id) else call('ZADD', dueKey, nextAt, id) end
  call('PUBLISH', watchKey, id)
  if revision == 1 then call('SET', lifeKey, claim) end
  return text
end
`;

/**
 * Creates or changes schedules: all, or none. It takes, for each: id, the revision it must have (0: there is
 * none) or nothing, nextAt or nothing, job name, spec, state. Returns the records, or nothing when refused.
 */
const putSchedulesScript = defineScript('PutAll', 'once')<string[] | null>`
${SCHEDULE_LUA}
for i = 1, restSize, 6 do
  local stored = call('HGET', schedulesKey, rest(i))
  if rest(i + 1) ~= '' and rest(i + 1) ~= (stored and split(stored)[1] or '0') then return false end
end
local records = {}
for i = 1, restSize, 6 do
  records[#records + 1] = write(rest(i), rest(i + 2), once, rest(i + 3), rest(i + 4), rest(i + 5))
end
return records
`;

/** Removes a schedule and its ledger. Returns whether there was one. */
const removeScheduleScript = defineScript('RemoveSchedule', 'once id')`
${LEDGER_LUA}
if call('HDEL', schedulesKey, id) == 0 then return 0 end
call('ZREM', scheduleIdsKey, id)
call('ZREM', dueKey, id)
call('DEL', prefix .. 'pj:runs:' .. id)
forget(id)
call('PUBLISH', watchKey, id)
return 1
`;

/** Lists schedules by id, behind one or from the start. Returns id and record of each. */
const listSchedulesScript = defineScript('ListSchedules', 'behind limit')<Row[]>`
local from = behind == '' and '-' or '(' .. behind
local found = {}
for _, id in ipairs(call('ZRANGEBYLEX', scheduleIdsKey, from, '+', 'LIMIT', 0, limit)) do
  found[#found + 1] = { id, call('HGET', schedulesKey, id) }
end
return found
`;

/**
 * Reads the schedules that are due at a time, by default the server's, behind the time and the id of the last
 * schedule read, if any, and the next one after these. Returns the time it used, the generation of the stored data, then id
 * and record of each.
 */
const dueSchedulesScript = defineScript('DueSchedules', 'at most fromScore fromId')<
  [now: string, life: string, ...found: Row[]]
>`
${CLOCK_LUA}
if at == '' then at = string.format('%.0f', now) end
local first = 0
if fromScore ~= '' then
  -- If the last schedule read is gone meanwhile, reads all of its time again rather than leave one out.
  local rank = call('ZRANK', dueKey, fromId)
  first = rank and call('ZSCORE', dueKey, fromId) == fromScore and rank + 1 or call('ZCOUNT', dueKey, '-inf', '(' .. fromScore)
end
local found = { at, call('GET', lifeKey) or '' }
local next = call('ZRANGE', dueKey, first, first + most, 'WITHSCORES')
for i = 1, #next, 2 do
  found[#found + 1] = { next[i], call('HGET', schedulesKey, next[i]) }
  if tonumber(next[i + 1]) > tonumber(at) then break end
end
return found
`;

const FIRE_ARGUMENTS =
  'once id expected nextAt state keep track entries others otherNextAt otherState';

/**
 * Claims ticks: schedule, jobs and ledger change together. After the arguments come as many ledger entries as they say
 * (schedule, tick, detail each), then those to write if another job holds the key of the only job, then the jobs, which
 * are remembered as runs if `track` says so. Returns the record and the outcome of each job, or nothing when refused.
 */
const fireScheduleScript = defineScript('FireSchedule', FIRE_ARGUMENTS)<
  [record: string, results: AddAnswer[]] | StagedAnswer | null
>`
${KEY_LUA}${ADD_LUA}${STAGED_LUA}${SCHEDULE_LUA}${LEDGER_LUA}
local stored = call('HGET', schedulesKey, id)
local parts = split(stored or '')
if parts[1] ~= expected then return false end
local firstJob = 3 * (entries + (tonumber(others) or 0)) + 1
for first = firstJob, restSize, ${JOB_ARGUMENTS.length} do
  local staged = stagedBy(rest(first), rest(first + ${JOB_ARGUMENTS.indexOf('key')}))
  if staged then return staged end
end
local results = {}
for first = firstJob, restSize, ${JOB_ARGUMENTS.length} do results[#results + 1] = addJob(first) end
local from = 1
if others ~= '' and results[1] and results[1][2] == 'd' and results[1][1] ~= rest(firstJob) then
  from, entries, nextAt, state = 3 * entries + 1, others, otherNextAt, otherState
end
local text = write(id, nextAt, once, parts[4], parts[5], state)
for i = from, from + 3 * entries - 1, 3 do record(rest(i), rest(i + 1), rest(i + 2), tonumber(keep)) end
if track == '1' then
  for first = firstJob, restSize, ${JOB_ARGUMENTS.length} do
    call('ZADD', prefix .. 'pj:runs:' .. id, 'NX', string.match(text, '^%d+'), rest(first))
  end
end
return { text, results }
`;

/**
 * Lists the jobs of a schedule that have not ended, and forgets those that can never run again: of ended jobs, only
 * a failed one can be put back. Returns stored ids of jobs.
 */
const liveRunsScript = defineScript('LiveRuns', 'id')<string[]>`
local live, runs = {}, prefix .. 'pj:runs:' .. id
for _, run in ipairs(call('ZRANGE', runs, 0, -1)) do
  local job = call('HMGET', prefix .. run, 'name', 'finishedOn')
  if not job[1] or call('ZSCORE', completedKey, run) then call('ZREM', runs, run)
  elseif not job[2] then live[#live + 1] = run end
end
return live
`;

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
