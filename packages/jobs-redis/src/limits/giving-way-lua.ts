/** Tells whether a line may have a slot. Needs LIMIT_LUA. */
export const FREE_SLOTS_LUA: string = `
-- Returns whether a slot is free of a name ('c…') or of a key of it ('k…').
local function isFree(line, barrier)
  local limit, kind = limitOf(line.name), string.sub(barrier, 1, 1)
  if kind == 'c' then return limit and limit.c and call('SCARD', slotsOf(line.name)) < limit.c end
  return kind == 'k' and limit and limit.k and line.ck and call('SCARD', keySlotsOf(line)) < limit.k
end
`;

/**
 * Keeps the first lines open while slots are free: of the lines of a name that are open or wait for one of its slots, at
 * least as many as there are free slots are open, the first ones. Needs FREE_SLOTS_LUA and `reopen`.
 */
export const GIVING_WAY_LUA: string = `
-- An open line goes back, ends, or is shut by another barrier, and leaves its slots free: opens the first of the lines
-- that wait for one.
local function giveWay(line)
  if isFree(line, 'c') then reopen('c' .. line.name) end
  if isFree(line, 'k') then reopen('k' .. sized(line.name) .. line.ck) end
end

-- Returns whether a shut line that is alone in pj:open stays there: it hides no other line, and leaves no slot free that
-- others wait for.
local function mayStay(line, kind)
  if kind == 'k' then return not isFree(line, 'c') or call('EXISTS', placeOf('c' .. line.name)) == 0 end
  return kind ~= 't'
end
`;
