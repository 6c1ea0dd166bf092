/**
 * Keeps the first lines open while slots are free: of the lines of a name that are open or wait for one of its slots, at
 * least as many as there are free slots are open, the first ones. Needs LIMIT_LUA and `reopen`.
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
