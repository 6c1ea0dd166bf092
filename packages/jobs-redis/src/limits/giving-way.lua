-- Keeps the first lines open while slots are free: of the lines of a name that are open or wait for one of its slots, at
-- least as many as there are free slots are open, the first ones. Needs limits.lua.

-- Moves up to "most" lines filed under a barrier back to pj:open, so that the next start checks them again.
local function reopen(barrier, most)
  wake()
  local place, left = placeOf(barrier), most or 1
  if isOrdered and isFair then left = openTurns(place, left) end
  local lines = left > 0 and call('ZPOPMIN', place, left) or {}
  for i = 1, #lines, 2 do
    call('HDEL', shutKey, string.sub(lines[i], WIDTH + 1))
    call('ZADD', openKey, lines[i + 1], lines[i])
  end
end

-- An open line goes back, ends, or is shut by another barrier, and leaves its slots free: opens the first of the lines
-- that wait for one.
local function giveWay(line)
  if isFree(line, 'c') then reopen('c' .. line.name) end
  if isFree(line, 'k') then reopen('k' .. shared.nameOf(line, line.ck)) end
end

-- Returns whether a line that its name shuts leaves a slot free for which lines of other names wait.
function shared.leavesSlot(line)
  local isOwn = shared.ownerOf(line.name, line.ck) == line.name
  return not isOwn and isFree(line, 'k') and call('EXISTS', placeOf('k' .. shared.nameOf(line, line.ck))) == 1
end

-- Returns whether a shut line that is alone in pj:open stays there: it hides no other line, and leaves no slot free that
-- others wait for.
local function mayStay(line, kind)
  if kind == 'k' then return not isFree(line, 'c') or call('EXISTS', placeOf('c' .. line.name)) == 0 end
  return kind ~= 't' and not shared.leavesSlot(line)
end
