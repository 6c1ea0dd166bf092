import { LOOK_EVERY_MS } from '../lease/claiming-lua.ts';
import { FAIR_LEAVING_LUA, FAIR_PLACES_LUA } from './plain-fair-lua.ts';

/**
 * Plans the starts of an ordered queue for the plain exchange, and reads all they need: `places` are the ids of the
 * jobs and their positions, alternating. Returns `fifo` when the queue is not ordered, `whole` when the whole exchange is due.
 */
export const ORDERED_PLACES_LUA: string = `
local policy, revision = string.match(metaOf(9) or '', '^(%a+),[^,]*,(%d+),,')
if not policy then return metaOf(9) and 'whole' or 'fifo' end
local own, isFair = prefix .. 'pj:o' .. revision .. ':', policy == 'fair'
local lineupKey, times, change = own .. 'lineup:', {}, nil
${FAIR_PLACES_LUA}
if wanted > 0 then
  local due = call('ZRANGE', delayedKey, 0, 0, 'WITHSCORES')[2]
  due = due and math.floor(tonumber(due) / 4096)
  if due and due <= now or call('EXISTS', prioritizedKey, waitKey, own .. 'weighted') > 0 then return 'whole' end
  if isFair then
    if planTurns() then return 'whole' end
  else
    local found, ids = call('ZRANGE', lineupKey, 0, wanted - 1), {}
    for i = 1, #found do ids[i] = string.sub(found[i], 13) end
    local turns = #ids > 0 and call('ZMSCORE', orderedKey, unpack(ids))
    for i, id in ipairs(ids) do
      if not turns[i] then return 'whole' end
      places[2 * i - 1], places[2 * i] = id, turns[i]
    end
  end
  if #places < 2 * wanted then nextAt = math.min(due or math.huge, now + math.min(${LOOK_EVERY_MS}, math.max(50, leaseMs / 2))) end
end
`;

/** Takes the jobs that start out of their lines, and moves their keys. Its first command deletes. */
export const ORDERED_LEAVING_LUA: string = `${FAIR_LEAVING_LUA}
local leaving = {}
for i = 1, #places, 2 do leaving[#leaving + 1] = places[i] end
if #leaving > 0 then call('ZREM', orderedKey, unpack(leaving)) end
if #leaving > 0 then
  if isFair then moveTurns() else call('ZREMRANGEBYRANK', lineupKey, 0, #leaving - 1) end
end
`;
