local found, left, rank, done = {}, 1000, tonumber(from), restSize
for i = 1, restSize do
  local members = call('ZRANGE', flow.edgesOf(ARGV[OFFSET + i]), rank, rank + left - 1)
  for at, member in ipairs(members) do members[at] = (flow.parse(member)) end
  found[i] = members
  if #members == left then
    rank, done = rank + left, i - 1
    break
  end
  left, rank = left - #members, 0
end
return { call('GET', flow.root .. ':grown') or '0', done, rank, found }
