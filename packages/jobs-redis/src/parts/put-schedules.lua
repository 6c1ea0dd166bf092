for i = 1, restSize, 6 do
  local stored = call('HGET', schedulesKey, ARGV[OFFSET + i])
  if ARGV[OFFSET + i + 1] ~= '' and ARGV[OFFSET + i + 1] ~= (stored and split(stored)[1] or '0') then return false end
end
local records = {}
for i = 1, restSize, 6 do
  records[#records + 1] = write(ARGV[OFFSET + i], ARGV[OFFSET + i + 2], once, ARGV[OFFSET + i + 3], ARGV[OFFSET + i + 4], ARGV[OFFSET + i + 5])
end
return records
