-- Returns whether an open line is the next one, and notes the position of its first job, and of that of the line behind it.
local function isNext(line, first)
  line.turn, line.behind = tonumber(first[2]), tonumber(first[4])
  return true
end
