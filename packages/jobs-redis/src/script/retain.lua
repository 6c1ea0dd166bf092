-- Keeps finished jobs of ours within limits. Besides BullMQ's set of a state, each is in one of its state and name
-- (`pj:kept:…`), so that names do not push out each other's; BullMQ's workers know nothing of those. Needs the
-- keys `completed`, `failed`, `pj:cancelled`.
--
-- The retention of a job is in its field `pj:keep`: an age in seconds, a count and a total over all names (0: no limit)
-- of completed, of failed and of cancelled jobs; empty for the defaults. Only jobs of ours have it.

local finishedKeys = { completed = prefix .. 'completed', failed = prefix .. 'failed', cancelled = prefix .. 'pj:cancelled' }

local keptOf
do
  local places = { completed = 1, failed = 4, cancelled = 7 }
  local known = { [''] = { 86400, 1000, 10000, 604800, 10000, 100000, 86400, 1000, 10000 } }
  -- Returns the age, count and total to keep of jobs that end in a state. Most jobs of a script have the same retention.
  function keptOf(keep, state)
    local all, at = known[keep], places[state]
    if not all then
      all = {}
      for number in string.gmatch(keep, '[^,]+') do all[#all + 1] = tonumber(number) end
      known[keep] = all
    end
    return all[at], all[at + 1], all[at + 2]
  end
end

local function keptKey(state, name) return prefix .. 'pj:kept:' .. state .. ':' .. name end

-- Deletes jobs of ours that are in no set, with their logs: BullMQ's other keys of a job are those of its flows. The
-- deduplication key of one, if it has a time limit, outlives it.
local function dropJobs(ids)
  for from = 1, #ids, 1000 do
    local keys, size, hasFlows, hasSteps = {}, 0, metaOf('pj:flows'), metaOf('pj:steps')
    for i = from, math.min(from + 999, #ids) do
      local key = prefix .. ids[i]
      keys[size + 1], keys[size + 2], size = key, key .. ':logs', size + 2
      if hasFlows then keys[size + 1], keys[size + 2], size = key .. ':pj:edges', key .. ':pj:next', size + 2 end
      if hasSteps then keys[size + 1], size = key .. ':pj:steps', size + 1 end
    end
    call('UNLINK', unpack(keys))
  end
end

-- Adds jobs of a name to those that ended in a state: the end of each, by which they are scored, and its id.
local function keepJobs(state, name, ...)
  call('ZADD', finishedKeys[state], ...)
  call('ZADD', keptKey(state, name), ...)
end

-- Returns how many jobs to delete. Some excess is allowed (up to 20, less for a small limit): one call then deletes many.
local function excess(key, most)
  local over = call('ZCARD', key) - most
  return over > math.min(20, most / 50) and math.min(over, 1000) or 0
end

-- Deletes the jobs of a state beyond the limits: those of a name that are too old or too many, then the oldest of all
-- names. Without an age it looks for no old jobs. Jobs that plain BullMQ finished stay, and jobs that it put back
-- meanwhile are skipped: they are no longer in the set of the state.
local function trimKept(state, name, now, age, count, total)
  local set, kept, gone = finishedKeys[state], keptKey(state, name), {}
  local old = age and call('ZRANGEBYSCORE', kept, '-inf', '(' .. string.format('%.3f', now - age * 1000), 'LIMIT', 0, 1000) or {}
  if #old > 0 then call('ZREM', kept, unpack(old)) end
  local over = excess(kept, count)
  local popped = over > 0 and call('ZPOPMIN', kept, over) or {}
  for i = 1, #popped, 2 do old[#old + 1] = popped[i] end
  for i, score in ipairs(#old > 0 and call('ZMSCORE', set, unpack(old)) or {}) do
    if score then gone[#gone + 1] = old[i] end
  end
  if #gone > 0 then call('ZREM', set, unpack(gone)) end
  -- Jobs that others wait for, or that hold a strict key, stay, and do not count: it passes over up to 20,000. Where it then finds too few others, as many
  -- are BullMQ's, it looks again a second later.
  local heldKey, stuckKey = prefix .. 'pj:awaited:' .. state, prefix .. 'pj:stuck:' .. state
  local held = (metaOf('pj:flows') or state == 'failed' and metaOf('pj:limited')) and total > 0 and call('SCARD', heldKey) or 0
  over = total > 0 and excess(set, total + held) or 0
  if over == 0 or call('EXISTS', stuckKey) == 1 then return dropJobs(gone) end
  local at, last = 0, over - 1 + math.min(held, 20000)
  while over > 0 and at <= last do
    local ids = call('ZRANGE', set, at, math.min(at + 999, last))
    local stays = held > 0 and call('SMISMEMBER', heldKey, unpack(ids)) or {}
    at = at + 1000
    for i, id in ipairs(ids) do
      local job = over > 0 and stays[i] ~= 1 and call('HMGET', prefix .. id, 'name', 'pj:keep', 'pj:walk') or {}
      if job[2] and not job[3] then
        over, at, last = over - 1, at - 1, last - 1
        call('ZREM', set, id)
        call('ZREM', keptKey(state, job[1]), id)
        gone[#gone + 1] = id
      end
    end
  end
  if over > 0 then call('SET', stuckKey, '', 'PX', 1000) end
  dropJobs(gone)
end
