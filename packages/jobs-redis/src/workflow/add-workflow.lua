local AT_ONCE = stage == ''
if not AT_ONCE and call('ZCARD', prefix .. 'pj:stage-turns:' .. stage) + call('LLEN', prefix .. 'pj:stage:' .. stage) < tonumber(before) then return { 'dropped' } end
local items, at = {}, 1
while at <= restSize do
  local kind, first, id, name = ARGV[OFFSET + at], at + 1, ARGV[OFFSET + at + 1], ARGV[OFFSET + at + 2]
  local isNew = kind == 'job' or kind == 'later'
  at = isNew and first + 19 or first + 1
  local size, dependants = tonumber(ARGV[OFFSET + at + 1]), tonumber(ARGV[OFFSET + at + 2])
  -- A table that has its size from the start costs much less than one that grows.
  items[#items + 1] = {
    isNew = isNew, isLater = kind == 'later', isUndone = kind == 'undo', isKnown = false, isStaged = false, first = first, id = id, name = name,
    isVital = ARGV[OFFSET + at] == '1', size = size, dependants = dependants, texts = at + 3, to = false
  }
  at = at + 3 + size + dependants
end

-- Reads everything before the first write, so that a refused call stores nothing.
for place, item in ipairs(items) do
  local other = item.isNew and stagedBy(item.id, ARGV[OFFSET + item.first + 9], stage)
  local known = nameOf(item.id)
  if known and item.isNew then
    if known ~= item.name then return { 'taken', place, known } end
    item.isStaged = not AT_ONCE and call('HGET', prefix .. item.id, 'pj:staged') == stage
  end
  if other then return other end
  if item.size > 0 then item.to = {} end
  if not known and not item.isNew and not item.isUndone then return { 'dropped' } end
  item.isKnown = item.isNew and known and not item.isStaged
  if item.isKnown then item.isUndone = item.size > 0 end
  for i = 1, item.size do
    if item.isUndone then break end
    local text = ARGV[OFFSET + item.texts + i - 1]
    local kind = string.sub(text, 1, 2)
    if kind == ':e' then
      -- An earlier slice stored it, with what waits for it.
      item.to[#item.to + 1] = string.sub(text, 3)
    else
      local ref = string.sub(text, 3)
      if kind == ':t' then ref = flow.parse(ref)
      elseif kind ~= ':s' then ref = findNode(text, stage)
      elseif not coming[ref] and not nodeOf(ref) then ref = nil end
      if not ref then return { 'missing', place, i } end
      item.to[#item.to + 1] = ref
    end
  end
  if item.isNew and not item.isKnown then coming[flow.here .. item.id] = item.name end
end
if #unplaced > 0 then return unplacedAnswer() end
local parentRef, isAwaited = flow.here .. parent, false
if parent ~= '' then
  local job = call('HGET', prefix .. parent, 'ats')
  if job ~= token or not (call('EXISTS', prefix .. parent .. ':lock') == 1 or call('LPOS', activeKey, parent)) then return { 'lost' } end
  isAwaited = call('EXISTS', flow.nextOf(parentRef)) == 1
  -- No child may wait for its parent. Where any job waits for that, and a child for one that itself waits, the caller has to
  -- follow what is stored, before it seals a stage.
  for place, item in ipairs(items) do
    local wish = item.isNew and not item.isKnown and not item.isStaged and ARGV[OFFSET + item.first + 9] or ''
    local holder, refs = wish ~= '' and holderOf(prefix .. 'de:' .. wish), { flow.here .. item.id, unpack(item.to or {}) }
    -- A child that is dropped turns out to be the job that holds its key.
    if holder then refs[#refs + 1] = flow.here .. holder.id end
    for _, ref in ipairs(refs) do
      if ref == parentRef then return { 'circle', place } end
      if AT_ONCE and isAwaited and call('EXISTS', flow.edgesOf(ref)) == 1 then return { 'search' } end
    end
  end
end

local results, children, others = {}, {}, {}

-- The item being stored.
local current

-- Stores with a job how many others of the call wait for it, the stage, and when it may start by the server's clock.
local function more(job, fields)
  local waits = current.size > 0 or current.isLater
  local at = job.delay > 0 and string.format('%.0f', job.from + job.delay)
  if current.dependants > 0 then fields[#fields + 1], fields[#fields + 2] = 'pj:awaited', current.dependants end
  if at and (waits or not AT_ONCE) then fields[#fields + 1], fields[#fields + 2] = 'pj:at', at end
  if AT_ONCE then return waits end
  fields[#fields + 1], fields[#fields + 2] = 'pj:staged', stage
  if waits or at or limitOf(job.name) or metaOf('pj:order') then
    call('RPUSH', prefix .. 'pj:stage:' .. stage, job.id)
  else
    call('ZADD', prefix .. 'pj:stage-turns:' .. stage, turnOf(tonumber(job.priority)), job.id)
  end
  return true
end

-- Gives a job that was stored the edges that were kept aside for it; all that they lead to is open.
local function takeGathered(item, isAdded)
  local aside = prefix .. 'pj:stage-edges:' .. stage
  local size = call('ZCARD', aside)
  if size == 0 then return end
  if not isAdded then return call('UNLINK', aside) end
  call('RENAME', aside, flow.edgesOf(flow.here .. item.id))
  -- The places of those that the item names are taken when it is connected.
  local place = size > item.size and size - item.size or size
  call('HSET', prefix .. item.id, 'pj:place', place, 'pj:deps', size, 'pj:open', size)
end

-- Ties a job that was stored to those of the call that wait for it.
local function tie(item)
  if item.dependants == 0 then return end
  local ref, members = flow.here .. item.id, {}
  tied[ref] = true
  for i = 1, item.dependants do
    members[2 * i - 1], members[2 * i] = 0, ARGV[OFFSET + item.texts + item.size + i - 1]
  end
  for from = 1, #members, 1000 do call('ZADD', flow.nextOf(ref), unpack(members, from, math.min(from + 999, #members))) end
  if not marked[flow.here] then markQueue(ref) end
end

-- A job that turned out to be another waits for nothing more: those of the call that were tied to it are not.
local function untie(item)
  for i = 1, item.size do
    local text = ARGV[OFFSET + item.texts + i - 1]
    local kind, member = string.sub(text, 1, 2), string.sub(text, 3)
    local ref = (kind == ':e' or kind == ':t') and flow.parse(member)
    if ref and (kind == ':e' or tied[ref]) then
      call('ZREM', flow.nextOf(ref), flow.here .. item.id)
      flow.count({ member }, -1)
    end
  end
end

local function waitsFor(item)
  local to = {}
  for i, ref in ipairs(item.to or {}) do to[i] = others[ref] or ref end
  return connect(flow.here .. item.id, to, item.isVital, {})
end

-- First of all notes the workflow, then each job before it is stored: what an error leaves half done can then be dropped.
if not AT_ONCE then
  noteStage(serverNow())
  if not metaOf('pj:flows') then markQueue(parentRef) end
end
for _, item in ipairs(items) do
  current = item
  if item.isUndone then untie(item) end
  if not item.isNew then
    if not item.isUndone then waitsFor(item) end
  elseif item.isStaged then
    -- The call is repeated, since its answer was lost.
    results[#results + 1] = { item.id, 'a', '' }
  else
    local result = addJob(item.first, more)
    results[#results + 1] = result
    if item.id == gathered then takeGathered(item, result[2] == 'a') end
    if result[1] ~= item.id then others[flow.here .. item.id] = flow.here .. result[1] end
    if result[2] == 'a' then
      tie(item)
      if item.size > 0 then
        local open, doom = waitsFor(item)
        if AT_ONCE then flow.block(flow.here, item.id, open, doom) end
      end
    elseif not item.isUndone then
      -- It turned out to be the holder of its key.
      untie(item)
    end
  end
  if item.isNew and parent ~= '' then children[#children + 1] = flow.here .. results[#results][1] end
end
if parent ~= '' then
  local aside, tally = not AT_ONCE and prefix .. 'pj:stage-edges:' .. stage or nil, prefix .. 'pj:stage-parent:' .. stage
  connect(parentRef, children, isVital == '1', { isChild = true, aside = aside, tally = tally })
  if AT_ONCE and isAwaited then call('INCR', flow.root .. ':grown') end
end
return results
