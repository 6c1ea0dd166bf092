/** How long a workflow may stay unsealed once a slice of it was stored, in milliseconds. */
const SEAL_WITHIN_MS = 600_000;
/** After how long without a slice its producer counts as dead for a call that needs one of its ids or keys. */
const DEAD_AFTER_MS = 5000;

/** Notes until when a workflow may be sealed, unless it is or is being dropped: a slice may arrive late. Needs `now`. */
export const NOTE_STAGE_LUA: string = `
if tonumber(call('ZSCORE', prefix .. 'pj:staging', stage) or now) > 1 then
  call('ZADD', prefix .. 'pj:staging', string.format('%.0f', now + ${SEAL_WITHIN_MS}), stage)
end`;

/** Holds the answer of a script that met a workflow which another call stores, and what has to be done with it first. */
export type StagedAnswer = readonly ['staged', stage: string, action: 'place' | 'drop' | 'wait'];

/** Finds workflows that other calls have not stored to the end. Needs ADD_LUA. */
export const STAGED_LUA: string = `
local isStaging
-- Returns the workflow that holds an id or a key, and what has to be done before a job can turn out to be one of that: to
-- place what its producer sealed; to drop it, if that died before; or to wait.
local function stagedBy(id, key, own)
  if not nameOf(id) and key == '' then return end
  isStaging = isStaging or call('EXISTS', prefix .. 'pj:staging')
  if isStaging == 0 then return end
  if not nameOf(id) then id = string.match(call('GET', prefix .. 'de:' .. key) or '', '^[^:]+') end
  local stage = id and call('HGET', prefix .. id, 'pj:staged')
  local sealBy = stage and stage ~= own and call('ZSCORE', prefix .. 'pj:staging', stage)
  local action = sealBy == '0' and 'place' or sealBy and sealBy - serverNow() < ${SEAL_WITHIN_MS - DEAD_AFTER_MS} and 'drop' or 'wait'
  return sealBy and { 'staged', stage, action }
end
`;
