import { FAIR_LEAVING_LUA, FAIR_PLACES_LUA } from './plain-fair-lua.ts';

/**
 * Begins the plain exchange of an ordered queue. Returns `fifo` when the queue is not ordered, `whole` when the whole
 * exchange is due.
 */
export const ORDERED_HEAD_LUA: string = `
local policy, revision = string.match(metaOf('pj:order') or '', '^(%a+),[^,]*,(%d+),,')
if not policy then return metaOf('pj:order') and 'whole' or 'fifo' end
local own, isFair = prefix .. 'pj:o' .. revision .. ':', policy == 'fair'
local keysKey = own .. 'lineup:'
-- What locks add to the positions of jobs. In a fair queue also: the keys that start, their classes, and the last change.
local tails, moved, times, change = {}, nil, nil, nil
`;

/** Plans the starts of an ordered queue, and reads all they need: `ids` and positions (`turns`) of the jobs. */
export const ORDERED_PLAN_LUA: string = `
  if not isFair then
    ids = call('ZRANGE', keysKey, 0, wanted - 1)
    for i = 1, #ids do ids[i] = string.sub(ids[i], 13) end
    if #ids > 0 then turns = call('ZMSCORE', orderedKey, unpack(ids)) end
  else
    ${FAIR_PLACES_LUA}
    if not planTurns() then return 'whole' end
  end
`;

/** Takes the jobs that start out of their lines, and moves their keys. Its first command deletes. */
export const ORDERED_LEAVING_LUA: string = `
if #ids > 0 then
  call('ZREM', orderedKey, unpack(ids))
  if isFair then
    ${FAIR_LEAVING_LUA}
  else call('ZREMRANGEBYRANK', keysKey, 0, #ids - 1) end
end
`;
