import { WIDTH } from '../lease/ending-lua.ts';
import { FLOW_LUA } from './flow-lua.ts';

/** How many jobs may wait for a member: the whole script informs more, in slices. */
const MOST_DEPENDANTS = 8;

/**
 * Lets the plain exchange serve a queue with workflows: for jobs that others wait for and that wait for none, such as the
 * members of a batch. Reads which jobs wait for those that completed, and how they do; sets which completed jobs stay
 * for others (`awaited`).
 */
export const READ_MEMBERS_LUA: string = `
flow = (function()
  ${FLOW_LUA}
  return flow
end)()
if call('EXISTS', prefix .. 'pj:releasable', flow.root .. ':walks') > 0 then return 'whole' end
awaited, informed, stays, kept = {}, {}, {}, {}
local names = {}
for i = 1, count do
  local first = (i - 1) * ${WIDTH.complete} + 1
  local id, shape = rest(first), rest(first + 5)
  local key = prefix .. id
  local of = call('HMGET', key, 'pj:deps', 'pj:awaited')
  if of[1] then return 'whole' end
  if of[2] then
    awaited[i] = tonumber(of[2]) > 0
    local next = call('ZRANGE', key .. ':pj:next', 0, ${MOST_DEPENDANTS})
    if #next > ${MOST_DEPENDANTS} then return 'whole' end
    local name = names[shape]
    if not name then
      name = '\\0' .. string.sub(shape, string.find(shape, ' ', 1, true) + 1)
      names[shape] = name
    end
    local member = flow.here .. id .. name
    for at = 1, #next do
      local list = informed[next[at]]
      if not list then
        list = { members = {}, places = {} }
        informed[next[at]] = list
      end
      local size = #list.members + 1
      list.members[size], list.places[size] = member, i
    end
  end
end
for dependant, list in pairs(informed) do
  list.job = call('HMGET', flow.root .. dependant, 'name', 'pj:doom')
  list.scores = call('ZMSCORE', flow.edgesOf(dependant), unpack(list.members))
  local queue, id = flow.split(dependant)
  list.turn = call('ZSCORE', flow.root .. queue .. 'pj:blocked', id)
end
`;

/** Closes the edges to the completed jobs, and lists those that have nothing more to wait for. */
export const TELL_DEPENDANTS_LUA: string = `
if #stays > 0 then
  call('ZADD', completedKey, unpack(kept))
  call('SADD', prefix .. 'pj:awaited:completed', unpack(stays))
end
local lost = {}
for _, i in ipairs(refused) do lost[i] = true end
for dependant, list in pairs(informed) do
  local changed = {}
  for at = 1, list.job[1] and #list.members or 0 do
    local score = tonumber(list.scores[at])
    if score and score % 4 == 0 and not lost[list.places[at]] then
      local size = #changed
      changed[size + 1], changed[size + 2] = score + 1, list.members[at]
    end
  end
  if #changed > 0 then
    call('ZADD', flow.edgesOf(dependant), unpack(changed))
    local open = call('HINCRBY', flow.root .. dependant, 'pj:open', -#changed / 2)
    if list.turn and (open <= 0 or (tonumber(list.job[2]) or 0) > 0) then
      local queue, id = flow.split(dependant)
      flow.list(queue, id, list.turn)
      if queue == flow.here and wanted > 0 then nextAt = now end
    end
  end
end
`;
