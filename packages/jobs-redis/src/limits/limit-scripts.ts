import { EMIT_LUA, READY_LUA } from '../script/ready-lua.ts';
import { CLOCK_LUA, defineScript, type Script } from '../script/script.ts';
import { STATE_LUA } from '../script/state-lua.ts';
import { GATES_LUA } from './gates-lua.ts';
import { PERMIT_LUA } from './job-slots.ts';

/**
 * Changes the limits of a name if the stored facts (`pj:limit-facts`) have not changed since they were read. Returns
 * whether it made the change. Before, `countActive` counts the active jobs of the name.
 */
export const changeLimitsScript: Script<'name' | 'before' | 'after' | 'effective'> = defineScript(
  'ChangeLimits',
  'name before after effective',
)`
if (call('HGET', limitFactsKey, name) or '') ~= before then return 0 end
${PERMIT_LUA}call('HSET', limitFactsKey, name, after)
call('HSET', limitsKey, name, effective)
call('HSET', reopeningKey, name, after)
call('HSET', metaKey, 'pj:limited', 1)
return 1
`;

/**
 * Rechecks the shut lines of a name after a change, about a hundred a call. Returns the cursor for the next call, \`0\` at
 * the end: then it is noted that the lines have been rechecked, unless the limits have changed again.
 */
export const reopenLinesScript: Script<'name' | 'change' | 'cursor', string> = defineScript(
  'ReopenLines',
  'name change cursor',
)`
${READY_LUA}
${PERMIT_LUA}local found = call('HSCAN', shutKey, cursor, 'COUNT', 300)
for i = 1, #found[2], 2 do
  local line = parseLine(found[2][i])
  if line.name == name then
    openShut(line, found[2][i + 1])
  end
end
wake()
if found[1] == '0' and call('HGET', reopeningKey, name) == change then call('HDEL', reopeningKey, name) end
return found[1]
`;

/**
 * Holds back the line of an active job: for a while no other job starts with its rate key, else its concurrency key,
 * else its name. Returns whether the lease was held.
 */
export const holdBackScript: Script<'id' | 'token' | 'ms'> = defineScript(
  'HoldBack',
  'id token ms',
)`
${CLOCK_LUA}${READY_LUA}
local job = call('HMGET', prefix .. id, 'name', 'ats', 'pj:ck', 'pj:rk')
if job[2] ~= token or not call('LPOS', activeKey, id) then return 0 end
local name, until_ = sized(job[1]), now + tonumber(ms)
local field = job[4] and 'r' .. name .. job[4] or job[3] and 'c' .. name .. job[3] or 'n' .. name
local last = tonumber(metaOf('pj:held') or 0)
if last <= now then call('DEL', heldKey) end
call('HSET', heldKey, field, math.max(until_, tonumber(call('HGET', heldKey, field) or 0)))
call('HSET', metaKey, 'pj:held', math.max(until_, last), 'pj:limited', 1)
call('HSETNX', limitsKey, job[1], ',,,,0')
return 1
`;

/**
 * Finds the limits that keep a waiting job from starting. Returns for each: kind, until when or nothing, how many are
 * allowed or nothing.
 */
export const barriersScript: Script<'id', [string, string, string][]> = defineScript(
  'Barriers',
  'id',
)`
${CLOCK_LUA}${EMIT_LUA}${READY_LUA}${STATE_LUA}${GATES_LUA}
local job = call('HMGET', prefix .. id, 'name', 'pj:ck', 'pj:rk')
local limit = job[1] and limitOf(job[1])
if not limit or stateOf(id, job[1]) ~= 'waiting' then return {} end
local line = lineOf(job[1], job[2], job[3])
local found = {}
local all = { paused = limit.paused, c = limit.c, k = limit.k, max = limit.max }
-- Tries one limit after the other, each time with all other limits removed.
limit.paused, limit.c, limit.k, limit.max = false, nil, nil, nil
if all.paused then found[#found + 1] = { 'paused', '', '' } end
local _, at = barrierOf(line)
if at then found[#found + 1] = { 'held-back', at, '' } end
meta['pj:held'] = false
limit.max = all.max
_, at = barrierOf(line)
if at then found[#found + 1] = { 'rate', at, all.max } end
limit.max, limit.c = nil, all.c
if barrierOf(line) then found[#found + 1] = { 'concurrency', '', all.c } end
limit.c, limit.k = nil, all.k
if barrierOf(line) then found[#found + 1] = { 'concurrency-key', '', all.k } end
return found
`;
