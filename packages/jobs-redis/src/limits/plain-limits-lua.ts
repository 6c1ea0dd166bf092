import { WIDTH } from '../lease/ending-lua.ts';

/**
 * Lets the plain exchange serve a queue with limited names while it deals with jobs of other names only. Returns `whole`
 * where a limited job ended or a line may start one. Sets `opening`, the time of the next line that opens by time.
 */
export const PLAIN_GATES_LUA: string = `
local limits, shapes, opening = {}, {}, nil
local function limitOf(name)
  if limits[name] == nil then limits[name] = call('HGET', limitsKey, name) end
  return limits[name]
end
for i = 1, count do
  local shape = rest((i - 1) * ${WIDTH.complete} + 6)
  if not shapes[shape] then
    shapes[shape] = true
    if limitOf(string.sub(shape, string.find(shape, ' ', 1, true) + 1)) then return 'whole' end
  end
end

local function sized(text) return #text .. ':' .. text end
local function unsized(text)
  local size, at = string.match(text, '^(%d+):()')
  return string.sub(text, at, at + size - 1), string.sub(text, at + size)
end

-- Returns whether a line waits for a slot, or is paused: only what the whole script does may change that.
local function isShut(line)
  local name, left = unsized(line)
  local c, k, max, paused = string.match(limitOf(name) or '', '^([^,]*),([^,]*),([^,]*),[^,]*,(.*)$')
  if paused == '1' then return true end
  if not paused or tonumber(max) or tonumber(metaOf(7) or 0) > now then return false end
  c, k = tonumber(c), tonumber(k)
  if c and call('SCARD', prefix .. 'pj:slots:' .. name) >= c then return true end
  if not k or string.sub(left, 1, 1) ~= '+' then return false end
  return call('SCARD', prefix .. 'pj:key-slots:' .. sized(name) .. unsized(string.sub(left, 2))) >= k
end

if wanted > 0 then
  local open = call('ZRANGE', openKey, 0, 1)
  -- A shut line that is alone in pj:open stays there.
  if open[2] or open[1] and not isShut(open[1]) then return 'whole' end
  opening = tonumber(call('ZRANGE', openingsKey, 0, 0, 'WITHSCORES')[2])
  if opening and opening <= now then return 'whole' end
end
`;

/** Looks at the jobs to start, once they are read: those of limited names belong into their lines. */
export const PLAIN_NAMES_LUA: string = `
for i = 1, #hashes do
  local hash, name = hashes[i], ''
  for at = 1, #hash, 2 do
    if hash[at] == 'name' then
      name = hash[at + 1]
      break
    end
  end
  if limitOf(name) then return 'whole' end
end
if opening and nextAt ~= '' then nextAt = math.min(nextAt, math.max(now + 1, math.ceil(opening))) end
`;
