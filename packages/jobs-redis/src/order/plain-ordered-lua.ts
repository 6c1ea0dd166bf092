import { LOOK_EVERY_MS } from '../lease/claiming-lua.ts';
import { FAIR_LEAVING_LUA, FAIR_PLACES_LUA } from './plain-fair-lua.ts';
import { ROW_LEAVING_LUA, ROW_PLACES_LUA } from './plain-rows-lua.ts';

/**
 * Plans the starts of an ordered queue for the plain exchange, and reads all they need: `ids` and positions (`turns`) of
 * the jobs. Returns `fifo` when the queue is not ordered, `whole` when the whole exchange is due.
 */
export const ORDERED_PLACES_LUA: string = `
local policy, revision = string.match(metaOf('pj:order') or '', '^(%a+),[^,]*,(%d+),,')
if not policy then return metaOf('pj:order') and 'whole' or 'fifo' end
local own, isFair = prefix .. 'pj:o' .. revision .. ':', policy == 'fair'
local keysKey, rowsKey = own .. 'lineup:', own .. 'rows'
-- The ids of the jobs and their positions, to which locks add tails and ordinals.
local ids, turns, tails, tail, ordinals = {}, {}, {}, '', {}
local plannedKey, times, change, moved, freed, chain, pieces, rows, ended, touched, facts, textOf
${ROW_PLACES_LUA}
if wanted > 0 then
  local others, due = call('EXISTS', delayedKey, prioritizedKey, waitKey, own .. 'weighted'), nil
  if others > 0 then
    due = call('ZRANGE', delayedKey, 0, 0, 'WITHSCORES')[2]
    due = due and math.floor(tonumber(due) / 4096)
    if others > 1 or not due or due <= now then return 'whole' end
  end
  if isFair then
    if not planRows() then
      ${FAIR_PLACES_LUA}
      if planTurns() then return 'whole' end
    end
  else
    ids = call('ZRANGE', keysKey, 0, wanted - 1)
    for i = 1, #ids do ids[i] = string.sub(ids[i], 13) end
    if #ids > 0 then turns = call('ZMSCORE', orderedKey, unpack(ids)) end
  end
  if #ids < wanted then nextAt = math.min(due or math.huge, now + math.min(${LOOK_EVERY_MS}, math.max(50, leaseMs / 2))) end
end
`;

/** Takes the jobs that start out of their lines, and moves their keys. Its first command deletes. */
export const ORDERED_LEAVING_LUA: string = `
if #ids > 0 then
  call('ZREM', orderedKey, unpack(ids))
  if runs then
    ${ROW_LEAVING_LUA}
  elseif isFair then
    ${FAIR_LEAVING_LUA}
  else call('ZREMRANGEBYRANK', keysKey, 0, #ids - 1) end
end
`;
