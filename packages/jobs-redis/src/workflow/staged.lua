-- Finds workflows that other calls have not stored to the end. Needs add-job.lua.

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
  local action = sealBy == '0' and 'place' or sealBy and sealBy - serverNow() < 595000 and 'drop' or 'wait'
  return sealBy and { 'staged', stage, action }
end
