-- The ledger of a schedule: a hash of its entries by tick, and a list of the ticks in the order in which they
-- were first written. `pj:ledger` holds the latest tick of each schedule.

local function writtenOf(id) return prefix .. 'pj:written:' .. id end
local function detailsOf(id) return prefix .. 'pj:details:' .. id end
local function forget(id)
  call('DEL', writtenOf(id), detailsOf(id))
  call('ZREM', ledgerKey, id)
  call('ZREM', straysKey, id)
end

local function boundStrays(id)
  if call('HEXISTS', schedulesKey, id) == 1 then return end
  local known = call('ZREVRANGE', straysKey, 0, 0, 'WITHSCORES')
  call('ZADD', straysKey, 'NX', known[2] and tonumber(known[2]) + 1 or 1, id)
  if call('ZCARD', straysKey) <= 1000 then return end
  for _, stray in ipairs(call('ZRANGE', straysKey, 0, 99)) do
    call('ZREM', straysKey, stray)
    if call('HEXISTS', schedulesKey, stray) == 0 then return forget(stray) end
  end
end

local function latestOf(id)
  local latest
  for _, tick in ipairs(call('LRANGE', writtenOf(id), 0, -1)) do
    if not latest or tonumber(tick) > latest then latest = tonumber(tick) end
  end
  return latest
end

local function record(id, tick, detail, keep, known)
  if known and call('HEXISTS', detailsOf(id), tick) == 0 then return end
  if call('HSET', detailsOf(id), tick, detail) == 0 then return end
  local count = call('RPUSH', writtenOf(id), tick)
  local latest = tonumber(call('ZSCORE', ledgerKey, id) or tick)
  if tonumber(tick) >= latest then call('ZADD', ledgerKey, tick, id) end
  for _ = keep + 1, count do
    local old = call('LPOP', writtenOf(id))
    call('HDEL', detailsOf(id), old)
    if tonumber(old) == tonumber(call('ZSCORE', ledgerKey, id)) then call('ZADD', ledgerKey, string.format('%.0f', latestOf(id) or 0), id) end
  end
  boundStrays(id)
end
