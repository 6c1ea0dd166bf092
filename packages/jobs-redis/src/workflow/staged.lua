-- Finds workflows that other calls have not stored to the end, and jobs in no state. Needs add-job.lua and state-of.lua.

-- The jobs of this call, or holders of their keys, that are in no state.
local unplaced = {}
local function noteUnplaced(id)
  local name = id and nameOf(id)
  if not name or not isUnplaced(id, name) then return end
  unplaced[#unplaced + 1] = id
  names[id] = false
end

local isStaging
-- Returns the workflow that holds an id or a key, and what has to be done before a job can turn out to be one of that: to
-- place what its producer sealed; to drop it, if that died before; or to wait. Notes jobs that are in no state.
local function stagedBy(id, key, own)
  noteUnplaced(id)
  if not nameOf(id) then
    if key == '' then return end
    id = string.match(call('GET', prefix .. 'de:' .. key) or '', '^[^:]+')
    noteUnplaced(id)
  end
  isStaging = isStaging or call('EXISTS', prefix .. 'pj:staging')
  if isStaging == 0 then return end
  local stage = id and call('HGET', prefix .. id, 'pj:staged')
  local sealBy = stage and stage ~= own and call('ZSCORE', prefix .. 'pj:staging', stage)
  local action = sealBy == '0' and 'place' or sealBy and sealBy - serverNow() < 595000 and 'drop' or 'wait'
  return sealBy and { 'staged', stage, action }
end

-- Returns the jobs in no state, which are to be dropped first: what no one can read is no duplicate.
local function unplacedAnswer()
  return #unplaced > 0 and { 'staged', '', 'unplaced', unpack(unplaced) }
end
