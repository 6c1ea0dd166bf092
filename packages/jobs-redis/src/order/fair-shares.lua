-- Gives the keys of a fair order their turns, by core's rules (`fairNumber`). A share is what a key of one class, which
-- is a priority, has used: the virtual time its next start counts from, and when that changed. It is kept while jobs
-- of it are waiting, in any line. Needs ordered-lines.lua.

local sharesKey, headsKey, classesKey = own .. 'shares', own .. 'heads', own .. 'classes'
local shares, classes, keptTurns = {}, {}, {}

-- Numbers the changes of shares, of which a script takes many at once: only their order matters.
local nextChange
do
  local change, last = 0, 0
  function nextChange()
    if change == last then
      last = call('INCRBY', own .. 'changes', 64)
      change = last - 64
    end
    change = change + 1
    return change
  end
end

-- Returns whether any job has had a weight: until then none is read.
local isWeighted, noteWeight
do
  local weighted
  function isWeighted()
    if weighted == nil then weighted = call('EXISTS', own .. 'weighted') == 1 end
    return weighted
  end
  function noteWeight()
    if isWeighted() then return end
    weighted = true
    call('SET', own .. 'weighted', 1)
  end
end

local function classOf(priority)
  local class = classes[priority]
  if not class then
    local time, keys = string.match(call('HGET', classesKey, priority) or '', '^([^,]*),(%d+)$')
    class = { time = tonumber(time) or 0, keys = tonumber(keys) or 0 }
    classes[priority] = class
  end
  return class
end

local function saveClass(priority)
  local class = classes[priority]
  if class.keys > 0 then return call('HSET', classesKey, priority, string.format('%.17g,%d', class.time, class.keys)) end
  -- Nothing counts from its virtual time any more.
  call('HDEL', classesKey, priority)
  classes[priority] = nil
end

local function shareText(share) return string.format('%.17g;%.0f', share.base, share.since) end
local function saveShare(share) call('HSET', sharesKey, share.name, shareText(share)) end

-- Returns the name of the share of a job: its class and its key.
local function shareNameOf(id, priority)
  return priority .. ':' .. (string.match(call('HGET', prefix .. id, 'pj:order') or '', '^[^,]*,[^,]*,(.*)$') or '')
end

-- Returns the share of a key, if it has waiting jobs.
local function shareOf(name)
  local share = shares[name]
  if share == nil then
    local base, since = string.match(call('HGET', sharesKey, name) or '', '^([^;]*);(%d+)$')
    local priority, key = string.match(name, '^(%d+):(.*)$')
    share = base and { name = name, priority = tonumber(priority), key = key, base = tonumber(base), since = tonumber(since) } or false
    shares[name] = share
  end
  return share
end

-- Makes a share, with the turn that its job keeps, if any.
local function makeShare(name, priority, key, kept)
  local class = classOf(priority)
  local share = { name = name, priority = priority, key = key }
  share.base = math.min(kept and kept.base or class.time, class.time)
  share.since = kept and kept.since or nextChange()
  class.keys = class.keys + 1
  shares[name] = share
  saveClass(priority)
  saveShare(share)
  return share
end

local function queueOf(share, line) return own .. 'queue:' .. sized(share.name) .. line.id end
local function spreadOf(share) return own .. 'spread:' .. share.name end

local keepTurns, forget
do
  local emptied
  -- Lets jobs be taken out and put in again: the turns of their keys are not forgotten in between.
  function keepTurns(work)
    emptied = {}
    work()
    local shares = emptied
    emptied = nil
    for _, share in ipairs(shares) do forget(share) end
  end

  -- Forgets a share without waiting jobs.
  function forget(share)
    if emptied then
      emptied[#emptied + 1] = share
      return
    end
    if call('EXISTS', queueOf(share, MAIN), spreadOf(share)) > 0 then return end
    call('HDEL', sharesKey, share.name)
    shares[share.name] = false
    classOf(share.priority).keys = classOf(share.priority).keys - 1
    saveClass(share.priority)
  end
end

local function weightOf(id)
  if not isWeighted() then return 1 end
  return tonumber(string.match(call('HGET', prefix .. id, 'pj:order') or '', '^([^,]*),')) or 1
end

-- Returns the mark of a key by its first job, whose position is given.
local function fairMark(share, id, turn)
  return bytesOf(share.base + 1 / weightOf(id)) .. bytesOf(share.since) .. struct.pack('>I4', turn % CLASS)
end

-- Places a key in a line by its first job there, or removes it.
local function refile(share, line)
  local first = call('ZRANGE', queueOf(share, line), 0, 0, 'WITHSCORES')
  local field = sized(share.name) .. line.id
  local before = call('HGET', headsKey, field)
  local mark = first[1] and fairMark(share, first[1], tonumber(first[2]))
  if mark == before then return end
  if before then call('ZREM', lineupOf(line), before .. share.key) end
  if mark then
    call('ZADD', lineupOf(line), share.priority, mark .. share.key)
    call('HSET', headsKey, field, mark)
    if line ~= MAIN and not before then call('SADD', spreadOf(share), line.id) end
    return
  end
  call('HDEL', headsKey, field)
  if line ~= MAIN then call('SREM', spreadOf(share), line.id) end
end

if isFair then
  -- A share may have started a job of another line since it was placed: then places it first.
  headOf = function(line)
    while true do
      local first = call('ZRANGE', lineupOf(line), 0, 0, 'WITHSCORES')
      if not first[1] then return nil end
      local mark = string.sub(first[1], 1, WIDTH)
      local share = shareOf(first[2] .. ':' .. string.sub(first[1], WIDTH + 1))
      if share and string.sub(mark, 9, 16) == bytesOf(share.since) then return { class = tonumber(first[2]), mark = mark, share = share } end
      call('ZREM', lineupOf(line), first[1])
      if share then
        call('HDEL', headsKey, sized(share.name) .. line.id)
        refile(share, line)
      end
    end
  end
end

-- Charges a start to a share, which its caller saves. Returns what gives it back, for the lock.
local function charge(share, weight)
  local class = classOf(share.priority)
  local base, since = share.base, share.since
  class.time = math.max(class.time, base + 1 / weight)
  share.base, share.since = class.time, nextChange()
  return string.format(';%s;%.17g;%.0f;%.0f', revision, base, since, share.since)
end

-- Gives the start of a job back, unless a job of its key has started since.
local function giveBack(job)
  local at, base, since, charged = string.match(job.lock or '', ';(%d+);([^;]*);(%d+);(%d+)$')
  if at ~= revision then return end
  base, since, charged = tonumber(base), tonumber(since), tonumber(charged)
  keptTurns[job.id] = { base = base, since = since }
  local share = shareOf(shareNameOf(job.id, job.priority))
  if not share or share.since ~= charged then return end
  share.base, share.since = math.min(base, share.base), since
  saveShare(share)
  refile(share, MAIN)
  local lines, size = call('SMEMBERS', spreadOf(share)), sized(share.name)
  for from = 1, #lines, 1000 do
    local fields = {}
    for i = from, math.min(from + 999, #lines) do fields[#fields + 1] = size .. lines[i] end
    for i, mark in ipairs(call('HMGET', headsKey, unpack(fields))) do
      -- A line that was not looked at since the start still has the mark of the turn that is given back.
      if not mark or string.sub(mark, 9, 16) ~= bytesOf(since) then
        local line = parseLine(lines[from + i - 1])
        refile(share, line)
        settle(line)
      end
    end
  end
end
