-- Deletes nothing: a server out of memory permits that, and then the rest of the script.
call('HDEL', metaKey, '')
local found = call('HSCAN', shutKey, cursor, 'COUNT', 300)
for i = 1, #found[2], 2 do
  local line = parseLine(found[2][i])
  if line.name == name or shared.ownerOf(line.name, line.ck) == name or shared.ownerOf(line.name, line.rk) == name then
    openShut(line, found[2][i + 1])
  end
end
wake()
if found[1] == '0' and call('HGET', reopeningKey, name) == change then call('HDEL', reopeningKey, name) end
return found[1]
