local stored = call('HGET', schedulesKey, id)
local parts = split(stored or '')
if parts[1] ~= expected then return false end
local firstJob = 3 * (entries + (tonumber(others) or 0)) + 1
for first = firstJob, restSize, 19 do
  local staged = stagedBy(ARGV[OFFSET + first], ARGV[OFFSET + first + 9])
  if staged then return staged end
end
if #unplaced > 0 then return unplacedAnswer() end
local results = {}
for first = firstJob, restSize, 19 do results[#results + 1] = addJob(first) end
local from = 1
if others ~= '' and results[1] and results[1][2] == 'd' then
  from, entries, nextAt, state = 3 * entries + 1, others, otherNextAt, otherState
end
local text = write(id, nextAt, once, parts[4], parts[5], state)
for i = from, from + 3 * entries - 1, 3 do record(ARGV[OFFSET + i], ARGV[OFFSET + i + 1], ARGV[OFFSET + i + 2], tonumber(keep)) end
if track == '1' then
  for _, result in ipairs(results) do
    if result[2] ~= 'd' then call('ZADD', prefix .. 'pj:runs:' .. id, 'NX', string.match(text, '^%d+'), result[1]) end
  end
end
return { text, results }
