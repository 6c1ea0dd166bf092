import { ADD_PARTS, JOB_ARGUMENTS } from '../script/add-jobs-script.ts';
import { RETAIN_LUA } from '../script/retain-lua.ts';
import { defineScript, type Script } from '../script/script.ts';
import type { AddAnswer, TakenAnswer } from '../store/add-answer.ts';
import { CONNECTING_LUA } from './connecting-lua.ts';
import { FLOW_PARTS } from './flow-parts.ts';

/** How long a workflow may stay unsealed, in milliseconds. */
export const SEAL_WITHIN_MS = 600_000;

const ITEMS_LUA = `
local AT_ONCE = stage == ''
local items, coming, at = {}, {}, 1
while at <= restSize do
  local item = { isNew = rest(at) == 'job' }
  if item.isNew then
    item.first, item.id, item.name = at + 1, rest(at + 1), rest(at + 2)
    at = at + 1 + ${JOB_ARGUMENTS.length}
  else
    item.id, at = rest(at + 1), at + 2
  end
  item.isVital, item.size, item.texts = rest(at) == '1', tonumber(rest(at + 1)), at + 2
  at = item.texts + item.size
  items[#items + 1] = item
end
`;

const REFUSE_LUA = `
-- Reads everything before the first write, so that a refused call stores nothing.
for place, item in ipairs(items) do
  local known = nameOf(item.id)
  if known and item.isNew then
    if known ~= item.name then return { 'taken', place, known } end
    item.isStaged = not AT_ONCE and call('HGET', prefix .. item.id, 'pj:staged') == stage
  end
  item.to = {}
  if item.isNew and known and not item.isStaged then item.size = 0 end
  for i = 1, item.size do
    local text = rest(item.texts + i - 1)
    local ref = coming[text] or findNode(text, stage)
    if not ref then return { 'missing', place, i } end
    item.to[i] = ref
  end
  if item.isNew then
    local ref = flow.here .. item.id
    -- An id that BullMQ may have made is sent in two forms.
    local twin = string.match(item.id, '^~(%d+)$') or string.match(item.id, '^~(repeat.*)$')
    coming[ref] = ref
    if twin then coming[ref .. '\\0' .. string.gsub(twin, '%%3a', ':')] = ref end
    nodes[ref] = nodes[ref] or { name = item.name, isOwn = true }
  end
end
local parentRef = flow.here .. parent
if parent ~= '' then
  local job = call('HGET', prefix .. parent, 'ats')
  if job ~= token or not (call('EXISTS', prefix .. parent .. ':lock') == 1 or call('LPOS', activeKey, parent)) then return { 'lost' } end
  -- Follows what the children wait for, through all that is stored; no child may wait for its parent.
  local seen = {}
  for place, item in ipairs(items) do
    local left = { flow.here .. item.id, unpack(item.to) }
    while #left > 0 do
      local ref = table.remove(left)
      if ref == parentRef then return { 'circle', place } end
      if not seen[ref] then
        seen[ref] = true
        for _, member in ipairs(call('ZRANGE', flow.edgesOf(ref), 0, -1)) do left[#left + 1] = flow.parse(member) end
      end
    end
  end
end
`;

const STORE_LUA = `
local stagedIds = {}
local results, children, others = {}, {}, {}

-- Leaves a job in no set, and stores when it may start by the server's clock.
local function later(job, fields)
  if job.delay > 0 then
    fields[#fields + 1], fields[#fields + 2] = 'pj:at', string.format('%.0f', job.from + job.delay)
  end
  if not AT_ONCE then
    fields[#fields + 1], fields[#fields + 2] = 'pj:staged', stage
  end
end

local function waitsFor(item)
  local to = {}
  for i, ref in ipairs(item.to) do to[i] = others[ref] or ref end
  return connect(flow.here .. item.id, to, item.isVital, false)
end

for _, item in ipairs(items) do
  if not item.isNew then
    waitsFor(item)
  elseif item.isStaged then
    -- The call is repeated, since its answer was lost.
    results[#results + 1] = { item.id, 'a', '' }
  else
    local waits = item.size > 0
    local result = addJob(item.first, (waits or not AT_ONCE) and later)
    results[#results + 1] = result
    if result[1] ~= item.id then others[flow.here .. item.id] = flow.here .. result[1] end
    if result[2] == 'a' then
      local open, doom = 0, 0
      if waits then open, doom = waitsFor(item) end
      if not AT_ONCE then
        stagedIds[#stagedIds + 1] = item.id
      elseif waits then
        flow.block(flow.here, item.id, open, doom)
      end
    end
  end
  if item.isNew then children[#children + 1] = flow.here .. results[#results][1] end
end
if parent ~= '' then connect(parentRef, children, isVital == '1', true, not AT_ONCE and prefix .. 'pj:stage-edges:' .. stage or nil) end
if not AT_ONCE then
  for from = 1, #stagedIds, 1000 do call('RPUSH', prefix .. 'pj:stage:' .. stage, unpack(stagedIds, from, math.min(from + 999, #stagedIds))) end
  call('ZADD', prefix .. 'pj:staging', 'NX', string.format('%.0f', serverNow() + ${SEAL_WITHIN_MS}), stage)
end
return results
`;

/** The answer when a script refused: places count from 1. */
export type FlowRefusal =
  | TakenAnswer
  | readonly ['missing', place: number, dependency: number]
  | readonly ['circle', place: number]
  | readonly ['lost'];

/**
 * Adds jobs that wait for others. After the named arguments come items: `job`, its {@link JOB_ARGUMENTS}, whether a failure
 * fails it, how many jobs it waits for, and these; or `edges`, the id of a job that is stored, and the same: more jobs that
 * it waits for. With a \`stage\`, jobs are stored unsealed, under that name. With a \`parent\`, the active job of a token
 * waits for all of them.
 */
export const addWorkflowScript: Script<
  'stage' | 'parent' | 'token' | 'isVital',
  AddAnswer[] | FlowRefusal
> = defineScript(
  'AddWorkflow',
  ['stage', 'parent', 'token', 'isVital'],
  ...ADD_PARTS,
  RETAIN_LUA,
  ...FLOW_PARTS,
  CONNECTING_LUA,
  ITEMS_LUA,
  REFUSE_LUA,
  STORE_LUA,
);
