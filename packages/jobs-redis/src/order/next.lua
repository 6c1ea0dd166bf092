-- Returns whether an open line is the next one; files it again if its first key has started a job of another line since.
local function isNext(line, first)
  line.head = headOf(line)
  if line.head and line.head.mark == string.sub(first[1], 1, WIDTH) then return true end
  settle(line)
  giveWay(line)
  return false
end
