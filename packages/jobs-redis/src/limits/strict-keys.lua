-- Keeps the slots of strict keys, whose last byte is 2 or 3. Between its runs a job keeps its slot of such a key; with a 3, also
-- when it has failed. It then has the key as `pj:hk` instead of `pj:ck`: so it stands in a line without that key, and starts
-- without waiting for it. `pj:holders:…` has such jobs of a name, written as its slots are. Needs limits.lua and giving-way.lua.

function shared.holdersOf(name) return prefix .. 'pj:holders:' .. name end

-- Returns whether a job keeps the slot of a key when its run ends in a way: that of an outcome.
function shared.keeps(key, ending)
  local mark = string.byte(key, -1)
  return (mark == 2 or mark == 3) and (ending == 'retry' or ending == 'snooze') or mark == 3 and ending == 'fail'
end

-- Lets an active job keep the slot of its key, if it has one; returns whether it has.
function shared.hold(job, line)
  if call('SISMEMBER', keySlotsOf(line), job.id) == 0 then return false end
  call('HDEL', prefix .. job.id, 'pj:ck')
  call('HSET', prefix .. job.id, 'pj:hk', job.ck)
  call('SADD', shared.holdersOf(job.name), slotOf(job.id, job.ck))
  job.hk = job.ck
  return true
end

-- Frees the slot of the key that a job keeps. It may be gone.
function shared.free(id, name, key)
  if call('HGET', prefix .. id, 'pj:hk') == key then
    call('HDEL', prefix .. id, 'pj:hk')
    call('HSET', prefix .. id, 'pj:ck', key)
  end
  call('SREM', shared.holdersOf(name), slotOf(id, key))
  local line = lineOf(name, key, false)
  if call('SREM', keySlotsOf(line), id) == 1 then reopen('k' .. shared.nameOf(line, key)) end
end

-- Frees what a job keeps that gets other keys; returns the one that it has to wait for.
function shared.rekey(id, name, held, key)
  if held and held == key then return false end
  if held then shared.free(id, name, held) end
  return key
end
