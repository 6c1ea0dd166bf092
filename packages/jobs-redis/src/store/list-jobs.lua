if standing ~= '' and standing ~= (call('GET', lineupKey) or call('GET', orderRevisionKey) or '0') then return { {}, 0, '', '', -1 } end
local newest, most, budget = order == 'newest', tonumber(most), tonumber(budget)
local names = restSize > 0 and {}
for i = 1, restSize do names[ARGV[OFFSET + i]] = true end
-- The name, where the part is one of the sets of its line.
local key, name = prefix .. part, string.match(part, '^pj:%a+:(.*)$')
local isList = part == 'wait' or part == 'paused' or part == 'active'

-- Reads of a key by a command. What is no hash is no job.
local function readOf(id, command, ...)
  local answer = redis.pcall(command, prefix .. id, ...)
  if type(answer) ~= 'table' or not answer.err then return answer end
  return not string.find(answer.err, 'WRONGTYPE', 1, true) and call(command, prefix .. id, ...)
end

-- Compares as the server orders members of equal score: by their bytes.
local function before(a, b)
  for i = 1, math.min(#a, #b) do
    local x, y = string.byte(a, i), string.byte(b, i)
    if x ~= y then return x < y end
  end
  return #a < #b
end

local function read(index, count)
  if not isList then return call(newest and 'ZREVRANGE' or 'ZRANGE', key, index, index + count - 1, 'WITHSCORES') end
  local found = {}
  local ids = newest and call('LRANGE', key, index, index + count - 1) or call('LRANGE', key, -index - count, -index - 1)
  for i = 1, #ids do
    local id = ids[newest and i or #ids + 1 - i]
    found[2 * i - 1], found[2 * i] = id, readOf(id, 'HGET', part == 'active' and 'processedOn' or 'timestamp') or fromScore
  end
  return found
end

-- Finds where to continue. The job read last may be gone meanwhile; then finds the place where it was.
local function firstIndex()
  if fromId == '' then return 0 end
  local first, last = 0, call(isList and 'LLEN' or 'ZCARD', key)
  -- New jobs enter a list at the left, several at a time. So the job that runs next is at the right.
  local index = isList and call('LPOS', key, fromId)
  if index then return newest and index + 1 or last - index end
  while first < last do
    local middle = math.floor((first + last) / 2)
    local id, score = unpack(read(middle, 1))
    local ahead = (tonumber(score) or 0) - (tonumber(fromScore) or 0)
    local isRead = newest and ahead > 0 or not newest and ahead < 0
    if ahead == 0 and not isList then isRead = not before(newest and id or fromId, newest and fromId or id) end
    if isRead then first = middle + 1 else last = middle end
  end
  return first
end

local jobs, index, lastScore, lastId = {}, firstIndex(), fromScore, fromId
local looked, gone, isOver = 0, {}, false
while #jobs < most and looked < budget and not isOver do
  local count = math.min(names and 500 or most - #jobs, budget - looked)
  local found = read(index, count)
  for i = 1, #found, 2 do
    if #jobs >= most then break end
    local id = found[i]
    lastScore, lastId = found[i + 1], id
    looked = looked + 1
    if not names or names[readOf(id, 'HGET', 'name') or ''] then
      local hash = readOf(id, 'HGETALL') or {}
      if hash[1] then jobs[#jobs + 1] = { id, hash, part == 'active' and lockEnd(id) or nil }
      elseif name or part == 'pj:blocked' or part == 'pj:ordered' then gone[#gone + 1] = id end
    end
  end
  isOver = #found < 2 * count
  index = index + count
end
-- BullMQ, which does not know these sets, leaves the id of a job it removes.
for _, id in ipairs(gone) do dropGone(key, name, id) end
return { jobs, isOver and #jobs < most and 1 or 0, lastScore, lastId, looked }
