-- Returns one text, joined by NUL, which costs a client far less to read than a list. It begins with the number of
-- parts, so that the client notices a NUL within a part. The client then repeats the call, which is answered by a list.

-- Adds owner and window of the limits of rates that the jobs handed out have, at the end: other scripts have no such jobs.
local function addWindows(answer, parts)
  for _, hash in ipairs(metaOf('pj:limited') and texts or {}) do
    local name, rk = '', nil
    for at = 1, #hash, 2 do
      if hash[at] == 'name' then name = hash[at + 1] elseif hash[at] == 'pj:rk' then rk = hash[at + 1] end
    end
    local owner = shared.ownerOf(name, rk)
    local limit = limitOf(owner)
    if limit and limit.max and not limit.told then
      answer[#answer + 1], answer[#answer + 2], limit.told = owner, limit.per, true
      parts = parts + 2
    end
  end
  return parts
end

local function reply(nextAt)
  local isList = again == '1'
  local answer, parts = { 0, now, nextAt }, 2
  for _, rows in ipairs({ refused, foreign, deferred, stalled, jobs }) do
    -- To write a number as text costs as much as a command, and most of these lists are empty.
    answer[#answer + 1] = #rows == 0 and '0' or #rows
    parts = parts + 1
    for i, row in ipairs(rows) do
      if type(row) ~= 'table' then row = { row } end
      for _, value in ipairs(row) do answer[#answer + 1] = value end
      parts = parts + #row
      if rows == jobs then
        local hash = texts[i]
        answer[#answer + 1], answer[#answer + 2] = #hash, isList and hash or table.concat(hash, '\0')
        parts = parts + 1 + #hash
      end
    end
  end
  parts = addWindows(answer, parts)
  answer[1] = parts
  return isList and answer or table.concat(answer, '\0')
end
