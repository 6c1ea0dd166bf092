-- Keeps the waiting jobs of limited names apart from all others: in lines, one for each name and pair of keys, in
-- no set of BullMQ's. The same limits apply to all jobs of a line. A line believed open is in `pj:open`, scored by
-- the position (`turn`) of its first job. A line found shut is filed under its barrier, waiting for that to change:
--
--   c<name>       the name's concurrency is used up             rechecked when one of its jobs ends
--   k<owner><key> the key's concurrency is used up              rechecked when one of its jobs ends
--   p<name>       jobs of the name are paused                   rechecked when that changes
--   t             the rate is used up, or it is held back       rechecked at its time in `pj:openings`
--
-- Lines whose rate is used up are in `pj:rated:…` as well, a set for each rate, scored by the position of their first
-- job: when a start is given back, the first of them opens early.
--
-- So a start costs the same however many jobs and lines are waiting. Needs ready.lua's beginning, and the keys `pj:open`,
-- `pj:shut`, `pj:openings`, `pj:held`.

-- BullMQ's obliterate deletes what says that names are limited and jobs ordered; it leaves the limits and those jobs.
-- Returns whether the jobs are ordered and this script does not know it.
local function restoreMeta()
  local known = (metaOf('pj:limited') and 1 or 0) + (metaOf('pj:order') and 1 or 0)
  if known == 2 or call('EXISTS', limitsKey, lineupKey) == known then return false end
  -- A full server refuses it: then a later script writes it.
  if not metaOf('pj:limited') and call('EXISTS', limitsKey) == 1 then
    meta['pj:limited'] = '1'
    redis.pcall('HSET', metaKey, 'pj:limited', 1)
  end
  local lineup = not metaOf('pj:order') and call('GET', lineupKey)
  return lineup and type(redis.pcall('HSET', metaKey, 'pj:order', lineup)) == 'number'
end

-- Returns the limits of a name, false for a name without limits.
local limits = {}
local function limitOf(name)
  local limit = limits[name]
  if limit == nil then
    local text = metaOf('pj:limited') and call('HGET', limitsKey, name)
    local c, k, max, per, paused = string.match(text or '', '^([^,]*),([^,]*),([^,]*),([^,]*),(.*)$')
    limit = paused and { c = tonumber(c), k = tonumber(k), max = tonumber(max), per = tonumber(per), paused = paused == '1' } or false
    limits[name] = limit
  end
  return limit
end

-- What names share: a key that begins with U+0001 is counted under the limit whose name begins it, whatever job has it.
local shared = {}
function shared.ownerOf(name, key) return key and string.match(key, '^\1[^\1]*') or name end
-- Returns the limits of a line: those of its name, and those that its keys are counted by.
function shared.limitsOf(line)
  if line.limit == nil then
    local counted, rated = shared.ownerOf(line.name, line.ck), shared.ownerOf(line.name, line.rk)
    line.limit = limitOf(line.name)
    if line.limit and (counted ~= line.name or rated ~= line.name) then
      local ofKey, ofRate = limitOf(counted) or {}, limitOf(rated) or {}
      line.limit = { c = line.limit.c, paused = line.limit.paused, k = ofKey.k, max = ofRate.max, per = ofRate.per }
    end
  end
  return line.limit
end
-- Returns the name of what counts a key of a line.
function shared.nameOf(line, key) return sized(shared.ownerOf(line.name, key)) .. (key or '') end

local function lineOf(name, ck, rk)
  return { name = name, ck = ck, rk = rk, id = sized(name) .. (ck and '+' .. sized(ck) or '-') .. (rk and '+' .. rk or '-') }
end
local function parseLine(id)
  local name, left = unsized(id)
  local ck = false
  if string.sub(left, 1, 1) == '+' then ck, left = unsized(string.sub(left, 2)) else left = string.sub(left, 2) end
  return { id = id, name = name, ck = ck, rk = string.sub(left, 1, 1) == '+' and string.sub(left, 2) }
end
local function lineOfJob(id, name)
  local keys = call('HMGET', prefix .. id, 'pj:ck', 'pj:rk')
  return lineOf(name, keys[1], keys[2])
end

-- A job without keys is in the set of its name (pj:parked). A job with keys is in the set of its line and in pj:keyed.
local function parkedOf(name) return prefix .. 'pj:parked:' .. name end
local function keyedOf(name) return prefix .. 'pj:keyed:' .. name end
local function jobsOf(line) return line.ck == false and line.rk == false and parkedOf(line.name) or prefix .. 'pj:line:' .. line.id end
local function slotsOf(name) return prefix .. 'pj:slots:' .. name end
local function keySlotsOf(line) return prefix .. 'pj:key-slots:' .. shared.nameOf(line, line.ck) end
-- A slot of a name holds the key of its job as well: a job that is gone can no longer say which key it had.
local function slotOf(id, ck) return ck and id .. '\0' .. ck or id end
local function startsOf(line) return prefix .. 'pj:starts:' .. sized(shared.ownerOf(line.name, line.rk)) .. (line.rk and '+' .. line.rk or '') end
local function ratedOf(line) return prefix .. 'pj:rated:' .. sized(shared.ownerOf(line.name, line.rk)) .. (line.rk and '+' .. line.rk or '') end
local function placeOf(barrier) return barrier == 't' and openingsKey or prefix .. 'pj:shut:' .. barrier end

-- Returns whether a slot is free of a name ('c…') or of a key of it ('k…').
local function isFree(line, barrier)
  local limit, kind = shared.limitsOf(line), string.sub(barrier, 1, 1)
  if kind == 'c' then return limit and limit.c and call('SCARD', slotsOf(line.name)) < limit.c end
  return kind == 'k' and limit and limit.k and line.ck and call('SCARD', keySlotsOf(line)) < limit.k
end
