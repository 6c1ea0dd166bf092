-- Lets jobs wait for others. Needs flows.lua.

-- What is known of each job that is waited for, by its ref.
local nodes, marked = {}, {}
-- The names of the jobs of this call, by their refs, before they are stored.
local coming = {}
-- The jobs whose hash and set of what waits for them were written when they were stored.
local tied = {}

local function nodeOf(ref)
  if coming[ref] and not nodes[ref] then nodes[ref] = { name = coming[ref], isOwn = true } end
  if nodes[ref] == nil then
    local job = call('HMGET', flow.root .. ref, 'name', 'finishedOn', 'returnvalue', 'pj:staged', 'pj:keep')
    nodes[ref] = job[1] and { name = job[1], hasEnded = job[2], result = job[3], stage = job[4], isOwn = job[5] } or false
  end
  return nodes[ref]
end

-- Finds a job that is waited for. Its id is sent as we store it and, after a NUL, as BullMQ may have.
local function findNode(text, stage)
  local queue, own, bare = string.match(text, '^([^:]*:)([^%z]*)%z?(.*)$')
  for _, id in ipairs({ own, bare }) do
    local node = id ~= '' and nodeOf(queue .. id)
    -- Jobs of a workflow that is not sealed do not exist for others.
    local isThere = node and (not node.stage or node.stage == stage or (tonumber(call('ZSCORE', flow.root .. queue .. 'pj:staging', node.stage) or 0) == 0))
    if isThere then return queue .. id end
  end
end

local function markQueue(ref)
  local queue = flow.split(ref)
  if marked[queue] then return end
  marked[queue] = true
  call('HSET', flow.root .. queue .. 'meta', 'pj:flows', 1)
end

-- Has a job that is waited for stay until the other has ended. Returns the state of the edge to it.
local function hold(ref, member, how)
  local other, name = flow.parse(member)
  local node = nodeOf(other)
  if how.isChild or not tied[other] then
    call('ZADD', flow.nextOf(other), 0, ref)
    local awaited = call('HINCRBY', flow.root .. other, 'pj:awaited', 1)
    if node.hasEnded and node.isOwn and awaited == 1 then flow.keep(other, name, node.result) end
    markQueue(other)
  end
  if not node.hasEnded then return 0 end
  return node.result and 1 or 2
end

-- Lets a job wait for others that it does not wait for yet, behind those, in their order. Each is a ref, or the member of
-- an edge: a job that is open and tied to it. With `aside`, a set, the edges go there, and the hash `tally` counts them;
-- the job waits for nothing until it is sealed.
local function connect(ref, to, isVital, how)
  local key, edges = flow.root .. ref, how.aside or flow.edgesOf(ref)
  local members, isTied, seen = {}, {}, {}
  for _, other in ipairs(to) do
    if not seen[other] then
      seen[other] = true
      local size = #members + 1
      isTied[size] = string.find(other, '%z')
      members[size] = isTied[size] and other or other .. '\0' .. nodeOf(other).name
    end
  end
  local place = call('HINCRBY', key, 'pj:place', #members) - #members
  local base = (how.isChild and 8 or 0) + (isVital and 4 or 0)
  local added, size, open, doom, spared = {}, 0, 0, 0, 0
  for from = 1, #members, 1000 do
    local last = math.min(from + 999, #members)
    local known = place == 0 and not how.aside and {} or call('ZMSCORE', edges, unpack(members, from, last))
    for i = from, last do
      local score = (place + i) * 16 + base
      if known[i - from + 1] then score = nil
      elseif isTied[i] then open = open + 1
      else
        local state = hold(ref, members[i], how)
        if state == 0 then open = open + 1 end
        if state == 2 then
          if isVital then doom = doom + 1 else spared = spared + 1 end
        end
        score = score + state
      end
      if score then
        added[size + 1], added[size + 2] = score, members[i]
        size = size + 2
      end
    end
  end
  for from = 1, size, 1000 do call('ZADD', edges, unpack(added, from, math.min(from + 999, size))) end
  if how.aside then
    for field, by in pairs({ deps = size / 2, open = open, doom = doom, spared = spared }) do call('HINCRBY', how.tally, field, by) end
    return
  end
  markQueue(ref)
  call('HINCRBY', key, 'pj:deps', size / 2)
  if spared > 0 then call('HINCRBY', key, 'pj:spared', spared) end
  return call('HINCRBY', key, 'pj:open', open), call('HINCRBY', key, 'pj:doom', doom)
end
