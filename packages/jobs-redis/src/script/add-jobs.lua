for first = 1, restSize, 19 do
  local staged = stagedBy(ARGV[OFFSET + first], ARGV[OFFSET + first + 9])
  local takenBy = nameOf(ARGV[OFFSET + first])
  if takenBy and takenBy ~= ARGV[OFFSET + first + 1] then return { 'taken', (first - 1) / 19 + 1, takenBy } end
  if staged then return staged end
end
if #unplaced > 0 then return unplacedAnswer() end
local results = {}
for first = 1, restSize, 19 do results[#results + 1] = addJob(first) end
return results
