-- Makes jobs ready, and takes them out, in an order of our own. Needs ordered-filing.lua and fair-shares.lua.

-- Returns the class and the number of a job in an order where these do not change, by core's rules (`placeOf`); and
-- whether its arrival must be stored, as retries and snoozes keep it.
local function standingOf(id, priority)
  if policy ~= 'ageing' then
    local due = string.match(call('HGET', prefix .. id, 'pj:order') or '', '^[^,]*,([^,]*),')
    return priority, tonumber(due) or 8640000000000000
  end
  local job = call('HMGET', prefix .. id, 'pj:arrived', 'pj:runAt', 'timestamp', 'delay')
  local arrived = tonumber(job[1] or job[2]) or (tonumber(job[3]) or 0) + (tonumber(job[4]) or 0)
  if not job[1] then call('HSET', prefix .. id, 'pj:arrived', string.format('%.17g', arrived)) end
  local lead = (1048576 - priority) * age
  return 0, arrived - math.min(math.max(lead, -2592000000), 2592000000)
end

local function memberOf(number, turn, id) return bytesOf(number) .. struct.pack('>I4', turn % CLASS) .. id end

-- Puts a job into a line at a position.
local function enter(id, priority, turn, line)
  call('ZADD', orderedKey, turn, id)
  if isFair then
    local weight, key = string.match(call('HGET', prefix .. id, 'pj:order') or ',,', '^([^,]*),[^,]*,(.*)$')
    if weight ~= '' then noteWeight() end
    local name = priority .. ':' .. key
    local share = shareOf(name) or makeShare(name, priority, key, keptTurns[id])
    call('ZADD', queueOf(share, line), turn, id)
    if call('ZRANGE', queueOf(share, line), 0, 0)[1] == id then refile(share, line) end
  else
    local class, number = standingOf(id, priority)
    call('ZADD', lineupOf(line), class, memberOf(number, turn, id))
  end
  if line == MAIN or not settle(line) then wake() end
end

-- Takes a waiting job out of its line. It may stand in the main line since before its name was limited.
local function leave(id, name)
  local turn = tonumber(call('ZSCORE', orderedKey, id))
  if not turn then return call('ZREM', movingKey, id) end
  local priority = math.floor(turn / CLASS)
  local places = { MAIN }
  if name and limitOf(name) then table.insert(places, 1, lineOfJob(id, name)) end
  call('ZREM', orderedKey, id)
  for _, line in ipairs(places) do
    local isThere
    if isFair then
      local share = shareOf(shareNameOf(id, priority))
      isThere = share and call('ZREM', queueOf(share, line), id) == 1
      if isThere then
        refile(share, line)
        forget(share)
      end
    else
      local class, number = standingOf(id, priority)
      isThere = call('ZREM', lineupOf(line), memberOf(number, turn, id)) == 1
    end
    if isThere then
      if line ~= MAIN then
        local barrier, isMoved = settle(line)
        if isMoved and not barrier then giveWay(line) end
      end
      return
    end
  end
end
local unpark = leave

-- Positions are those of BullMQ's prioritised set. New jobs go up from the middle, jobs put ahead of all others down.
local MIDDLE = 2147483648
local function turnOf(priority) return priority * CLASS + MIDDLE + call('INCR', arrivalsKey) end

local function makeReady(id, name, priority, ahead, line)
  local turn = type(ahead) == 'number' and priority * CLASS + ahead % CLASS or ahead and priority * CLASS + MIDDLE + call('DECR', firstsKey) or turnOf(priority)
  if moving == 'l' then
    call('ZADD', prioritizedKey, turn, id)
    return wake()
  end
  enter(id, priority, turn, limitOf(name) and (line or lineOfJob(id, name)) or MAIN)
end
