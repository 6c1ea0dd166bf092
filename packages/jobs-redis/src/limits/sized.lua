-- Joins texts, each with its length before it, and reads them back.

local function sized(text) return #text .. ':' .. text end
local function unsized(text)
  local size, at = string.match(text, '^(%d+):()')
  return string.sub(text, at, at + size - 1), string.sub(text, at + size)
end
