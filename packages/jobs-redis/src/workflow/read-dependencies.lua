local queue = queueName .. ':'
local own, bare = string.match(ids, '^([^%z]*)%z?(.*)$')
local me = queue .. own
if call('EXISTS', flow.edgesOf(me)) == 0 and bare ~= '' then me = queue .. bare end

local function stateOf(ref, ended, result)
  local of, id = flow.split(ref)
  local at = flow.root .. of
  if ended then return result and 'completed' or call('ZSCORE', at .. 'pj:cancelled', id) and 'cancelled' or 'failed' end
  if call('ZSCORE', at .. 'prioritized', id) then return 'waiting' end
  if call('ZSCORE', at .. 'pj:blocked', id) or call('ZSCORE', at .. 'waiting-children', id) then return 'blocked' end
  if call('ZSCORE', at .. 'delayed', id) then return 'delayed' end
  if call('EXISTS', flow.root .. ref .. ':lock') == 1 or call('LPOS', at .. 'active', id) then return 'active' end
  return 'waiting'
end

local rows, bytes, place = {}, 0, tonumber(from)
local size = unmet == '1' and 2000 or tonumber(most)
local edges = call('ZRANGEBYSCORE', flow.edgesOf(me), place * 16, '+inf', 'WITHSCORES', 'LIMIT', 0, size)
local isCut = #edges == 2 * size
for i = 1, #edges, 2 do
  local score = tonumber(edges[i + 1])
  if #rows >= tonumber(most) or bytes > 4000000 then isCut = true break end
  place = math.floor(score / 16)
  if unmet == '0' or score % 4 ~= 1 then
    local ref, name = flow.parse(edges[i])
    local at, state = flow.root .. ref, 'removed'
    local job = call('HMGET', at, 'name', 'timestamp', 'processedOn', 'finishedOn', 'failedReason', 'pj:error', 'stacktrace', 'pj:deps', 'pj:open', 'pj:doom', 'pj:spared')
    job[12] = lean == '0' and call('HGET', at, 'returnvalue') or call('HEXISTS', at, 'returnvalue') == 1
    if job[1] and call('ZSCORE', flow.nextOf(ref), me) then state = stateOf(ref, job[4], job[12]) end
    bytes = bytes + #tostring(job[12])
    rows[#rows + 1] = { string.format('%.0f', place), ref, name, flow.isChild(score) and '1' or '', flow.isVital(score) and '' or '1', state, job }
  end
end
return { rows, isCut and string.format('%.0f', place + 1) or '' }
