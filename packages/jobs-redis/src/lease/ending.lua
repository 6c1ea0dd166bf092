-- Records each lease that ended. Needs the parts of `exchangeScript` before it, and other-endings.lua.

local refused, foreign = {}, {}
local ends = { complete = true, fail = true, cancel = true }

-- Reads each ended lease and its job before the first write. job.held: the lease is valid. job.leaves: BullMQ ends it.
local function readEnded()
  local ended, first = {}, 0
  for i = 1, tonumber(endedCount) do
    local token, type = ARGV[OFFSET + first + 2], ARGV[OFFSET + first + 3]
    local id = storedOf(ARGV[OFFSET + first + 1], token)
    local key = prefix .. id
    local hash = call('HMGET', key, 'name', 'ats', 'atm', 'pj:keep', 'deid', 'parentKey', 'rjk', 'attemptsMade', 'priority', 'pj:unused', 'pj:ck', 'pj:rk', 'pj:hk')
    local job = {
      index = i, id = id, key = key, token = token, type = type, text = ARGV[OFFSET + first + 4],
      name = hash[1], made = tonumber(hash[3] or hash[8]) or 0, keep = hash[4], deid = hash[5], held = hash[1] and hash[2] == token,
      leaves = (not hash[4] or hash[6] or hash[7]) and ends[type], lock = false,
      priority = storedPriority(tonumber(hash[9])), unused = hash[10], ck = hash[11], rk = hash[12], hk = hash[13]
    }
    job.flow = flow.read(id)
    if type == 'complete' then
      first = first + 6
    else
      job.runAt, job.delayMs, job.error, job.failures = ARGV[OFFSET + first + 5], ARGV[OFFSET + first + 6], ARGV[OFFSET + first + 7], ARGV[OFFSET + first + 8]
      job.stack, job.used = ARGV[OFFSET + first + 9], ARGV[OFFSET + first + 10] == '1'
      job.dead = ARGV[OFFSET + first + 11]
      first = first + 11
      if job.dead ~= '' then
        job.letter = first
        first = first + 19
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
  if #job.text <= 10240 then emit('completed', 'jobId', job.id, 'returnvalue', job.text, 'prev', 'active', flow.mark(job.flow))
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
      if metaOf('pj:limited') then noteEnd(job, usesStart(job), job.type) end
      if job.flow and flow.blocksAgain(job, job.type) then flow.blockAgain(job)
      else
        hasEnded = hasEnded or ends[job.type]
        endings[job.leaves and 'leave' or job.type](job)
      end
    end
  end
end
