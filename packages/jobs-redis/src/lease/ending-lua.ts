import { JOB_ARGUMENTS } from '../script/add-jobs-script.ts';

/** How many arguments describe a lease that ended, by its outcome; see `endedArguments`. */
export const WIDTH = { complete: 6, other: 11 } as const;

/**
 * The largest result in bytes that the event stream holds: it keeps thousands of entries, long after their jobs. BullMQ
 * reads each as JSON, so that a larger one is `null` there.
 */
export const LARGE_RESULT = 10_240;

/** Records each lease that ended. Needs the parts of `exchangeScript` before it, and OTHER_ENDINGS_LUA. */
export const ENDING_LUA: string = `
local refused, foreign = {}, {}
local ends = { complete = true, fail = true, cancel = true }

-- Reads each ended lease and its job before the first write. job.held: the lease is valid. job.leaves: BullMQ ends it.
local function readEnded()
  local ended, first = {}, 0
  for i = 1, tonumber(endedCount) do
    local token, type = rest(first + 2), rest(first + 3)
    local id = storedOf(rest(first + 1), token)
    local key = prefix .. id
    local hash = call('HMGET', key, 'name', 'ats', 'atm', 'pj:keep', 'deid', 'parentKey', 'rjk', 'attemptsMade', 'priority', 'pj:unused', 'pj:ck', 'pj:rk')
    local job = {
      index = i, id = id, key = key, token = token, type = type, text = rest(first + 4),
      name = hash[1], made = tonumber(hash[3] or hash[8]) or 0, keep = hash[4], deid = hash[5], held = hash[1] and hash[2] == token,
      leaves = (not hash[4] or hash[6] or hash[7]) and ends[type], lock = false,
      priority = storedPriority(tonumber(hash[9])), unused = hash[10], ck = hash[11], rk = hash[12]
    }
    job.flow = flow.read(id)
    if type == 'complete' then
      first = first + ${WIDTH.complete}
    else
      job.runAt, job.delayMs, job.error, job.failures = rest(first + 5), rest(first + 6), rest(first + 7), rest(first + 8)
      job.stack, job.used = rest(first + 9), rest(first + 10) == '1'
      job.dead = rest(first + 11)
      first = first + ${WIDTH.other}
      if job.dead ~= '' then
        job.letter = first
        first = first + ${JOB_ARGUMENTS.length}
      end
    end
    if job.held and (job.leaves or job.type == 'unstarted') then job.lock = call('GET', key .. ':lock') end
    if job.held and job.leaves and not job.lock then job.held = call('LPOS', activeKey, id) end
    ended[i] = job
  end
  return ended
end

local endings = {}
-- Whether any job ended, and was not only put back.
local hasEnded = false

function endings.complete(job)
  finish(job, 'completed', { 'returnvalue', job.text, 'atm', job.made + 1 })
  if #job.text <= ${LARGE_RESULT} then emit('completed', 'jobId', job.id, 'returnvalue', job.text, 'prev', 'active', flow.mark(job.flow))
  else emit('completed', 'jobId', job.id, 'returnvalue', 'null', 'pj:large', 1, 'prev', 'active', flow.mark(job.flow)) end
end

-- Returns whether the handler has started; if not, its start does not count under a rate.
local function usesStart(job)
  if job.type == 'snooze' then return string.sub(job.text, 1, 8) ~= 'unknown-' end
  return job.type == 'complete' or job.type == 'retry' or job.used
end

-- Deletes the locks first: a server out of memory permits a delete, and then the rest of the script.
local function recordEnded(ended)
  local locks = {}
  for _, job in ipairs(ended) do
    if job.held and not job.leaves then locks[#locks + 1] = job.key .. ':lock' end
  end
  if #locks > 0 then call('DEL', unpack(locks)) end
  for _, job in ipairs(ended) do
    if not job.held then refused[#refused + 1] = job.index
    elseif not job.leaves and call('LREM', activeKey, -1, job.id) == 0 then refused[#refused + 1] = job.index
    else
      if metaOf('pj:limited') then noteEnd(job, usesStart(job)) end
      if job.flow and flow.blocksAgain(job, job.type) then flow.blockAgain(job)
      else
        hasEnded = hasEnded or ends[job.type]
        endings[job.leaves and 'leave' or job.type](job)
      end
    end
  end
end
`;

/** Records the leases of jobs that did not complete, or whose end is left to BullMQ. Needs ENDING_LUA. */
export const OTHER_ENDINGS_LUA: string = `
-- Delays a job until its time. If that has come, makes it ready, with \`ahead\` before all others of its priority.
local function putBack(job, ahead)
  local at = tonumber(job.runAt)
  if job.delayMs ~= '' then at = now + tonumber(job.delayMs) end
  call('HSET', job.key, 'delay', math.max(0, at - now), 'pj:runAt', at)
  if job.flow and (job.flow.open > 0 or job.flow.doom > 0) then
    call('HSET', job.key, 'pj:at', at)
    flow.blockAgain(job)
  elseif at > now then
    holdBack(job.id, now, at - now)
    postponed[job.id] = true
    emit('delayed', 'jobId', job.id, 'delay', at)
  else
    makeReady(job.id, job.name, job.priority, ahead)
    emit('waiting', 'jobId', job.id, 'prev', 'active')
  end
  return at
end

-- Adds the dead letter of a job to another queue of the prefix, as addJob would: once, and far from due.
local function keepLetter(job)
  local to = string.match(prefix, '^(.*:)[^:]*:$') .. job.dead .. ':'
  local letter = { ${JOB_ARGUMENTS.map((name, i) => `${name} = rest(job.letter + ${i + 1})`).join(', ')} }
  local key, delay = to .. letter.id, tonumber(letter.delay)
  if call('HSETNX', key, 'name', letter.name) == 0 then return end
  local runAt = string.format('%.0f', tonumber(letter.createdAt) + delay)
  call('HSET', key, 'data', letter.data, 'opts', letter.options, 'timestamp', letter.createdAt, 'delay', letter.delay, 'priority', letter.priority, 'pj:keep', letter.keep, 'pj:runAt', runAt)
  if letter.order ~= '' then call('HSET', key, 'pj:order', letter.order) end
  call('ZADD', to .. 'delayed', (now + delay) * 4096, letter.id)
  call('XADD', to .. 'events', 'MAXLEN', '~', 10000, '*', 'event', 'added', 'jobId', letter.id, 'name', letter.name)
  call('XADD', to .. 'events', 'MAXLEN', '~', 10000, '*', 'event', 'delayed', 'jobId', letter.id, 'delay', runAt)
end

function endings.fail(job)
  failJob(job, 'active', job.used and job.made + 1, job.type == 'cancel' and 'cancelled')
  if job.letter then keepLetter(job) end
end
endings.cancel = endings.fail

function endings.retry(job)
  call('HSET', job.key, unpack(failureOf(job, 'atm', job.made + 1)))
  local at = job.delayMs ~= '' and now + tonumber(job.delayMs) or job.runAt
  emit('pj:failure', 'jobId', job.id, 'name', job.name, 'error', job.error, 'runAt', at)
  putBack(job)
end

function endings.snooze(job)
  call('HSET', job.key, 'pj:snooze', job.text)
  putBack(job, job.text == 'released')
end

-- Puts a job that never ran back at the position it had, and stores the keys it is limited by if its hash had none.
function endings.unstarted(job)
  if job.text ~= '' then call('HSET', job.key, 'pj:ck', string.sub(job.text, 2)) end
  if job.error ~= '' then call('HSET', job.key, 'pj:rk', string.sub(job.error, 2)) end
  local turn = tonumber(string.match(job.lock or '', ':(%d+)[^:]*$'))
  if isOrdered then giveBack(job) end
  makeReady(job.id, job.name, job.priority, turn or true)
  emit('waiting', 'jobId', job.id, 'prev', 'active')
end

-- Leaves the end of a job that BullMQ added, that has a parent or that repeats, to BullMQ's own classes. Writes the
-- fields BullMQ would not write, and keeps the lock, which BullMQ checks.
function endings.leave(job)
  if not job.lock then
    job.lock = lockOf(job.token)
    call('SET', job.key .. ':lock', job.lock, 'PX', leaseMs)
  end
  if job.type ~= 'complete' then
    local unused = (tonumber(job.unused) or 0) + (job.used and 0 or 1)
    call('HSET', job.key, unpack(failureOf(job, 'pj:unused', unused)))
    emit('pj:failure', 'jobId', job.id, 'name', job.name, 'error', job.error)
  end
  foreign[#foreign + 1] = { job.index, job.id, job.lock }
end
`;
