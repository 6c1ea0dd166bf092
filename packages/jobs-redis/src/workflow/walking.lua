-- Follows the edges of jobs that ended, were removed or were put back, in slices: what is not done is written to the
-- list `:walks` of the prefix, and is done by a later script of any queue, in order. Every step looks at the jobs as they
-- are then, so that steps may come late, and twice.
--
-- It costs much to copy a large set. A step therefore reads the job's own set from where the last one stopped (`at`), up
-- to what was last in it when the task began. Meanwhile the job has the field `pj:walk`, a number, whose key `:walk:<number>`
-- counts the tasks, and no retention applies to it. When it is removed, its sets move to `:walk:<number>:edges` and
-- `:walk:<number>:next`, where those tasks then find them. Needs edges.lua.

-- Begins to follow all members of a set of a job as it is now: of `edges` or `next`. A set that its caller is about to
-- delete (isGone) is taken away. Returns whether the set stays, and later scripts follow it.
function flow.begin(task, of, isGone)
  local source = flow.root .. task.ref .. ':pj:' .. of
  local size = call('ZCARD', source)
  if size == 0 then return false end
  if size <= 100 then
    task.members = call('ZRANGE', source, 0, -1)
    flow.tasks[#flow.tasks + 1] = task
    return false
  end
  local number = tostring(call('HGET', flow.root .. task.ref, 'pj:walk') or call('INCR', flow.root .. ':walk'))
  task.isFresh, flow.isLeft = nil, true
  if isGone then
    task.key = flow.walkedOf(number, of)
    call('RENAME', source, task.key)
  else
    task.of, task.walk, task.at = of, number, of == 'edges' and '-inf' or '-'
    task.last = of == 'edges' and flow.placeAfter(call('ZREVRANGE', source, 0, 0, 'WITHSCORES')[2], '(') or '+'
    call('HSET', flow.root .. task.ref, 'pj:walk', number)
    call('INCR', flow.walkedOf(number))
  end
  call('RPUSH', flow.root .. ':walks', cmsgpack.pack(task))
  return not isGone
end

-- Returns the least score of the place after that of an edge, whose score changes with its state.
function flow.placeAfter(score, bound) return bound .. string.format('%.0f', math.floor(tonumber(score) / 16) * 16 + 16) end

function flow.walkedOf(number, of) return flow.root .. ':walk:' .. number .. (of and ':' .. of or '') end

function flow.follow(task)
  if task.kind == 'close' then return flow.close(task) end
  flow.closeAll()
  if task.kind == 'reopen' then flow.reopen(task)
  elseif task.kind == 'look' then
    -- The job may have been removed meanwhile.
    if not task.isGone then flow.lookAt(task.ref, task.members) end
  else flow.count(task.members, task.kind == 'hold' and 1 or -1) end
end

-- Reads the next members that a task follows, and returns whether they are the last. Sets how the task goes on.
function flow.take(task, most)
  local members = {}
  if not task.of then
    local popped = call('ZPOPMIN', task.key, most)
    for i = 1, #popped, 2 do members[#members + 1] = popped[i] end
    return members, #members < most
  end
  local moved, source = flow.walkedOf(task.walk, task.of), flow.root .. task.ref .. ':pj:' .. task.of
  task.isGone = call('EXISTS', moved) == 1
  if task.isGone then source = moved end
  if task.of == 'next' then
    members = call('ZRANGEBYLEX', source, task.at, task.last, 'LIMIT', 0, most)
    task.at = '(' .. (members[#members] or '')
    return members, #members < most
  end
  local edges = call('ZRANGEBYSCORE', source, task.at, task.last, 'WITHSCORES', 'LIMIT', 0, most)
  for i = 1, #edges, 2 do members[#members + 1] = edges[i] end
  if #edges > 0 then task.at = flow.placeAfter(edges[#edges], '') end
  return members, #members < most or task.last == '(' .. (task.at or '')
end

-- Notes that a task has followed all members of a set. Retention applies to the job once no other follows one of it.
function flow.finish(task)
  if not task.of then return end
  local key = flow.root .. task.ref
  local isLast = call('DECR', flow.walkedOf(task.walk)) <= 0
  if isLast then call('DEL', flow.walkedOf(task.walk)) end
  if call('HGET', key, 'pj:walk') ~= task.walk then return end
  if task.kind == 'look' then flow.looked(task.ref) end
  if not isLast then return end
  call('HDEL', key, 'pj:walk')
  local job = call('HMGET', key, 'name', 'pj:awaited', 'finishedOn', 'pj:keep', 'returnvalue', 'pj:hk')
  if job[3] and job[4] and not job[6] and (tonumber(job[2]) or 0) <= 0 then flow.letGo(task.ref, job[1], job[4], job[5]) end
end

-- Goes on with what earlier scripts left, then with what this one began. Returns whether something is left.
function flow.walk()
  local left, walks = 100, flow.root .. ':walks'
  local packed = call('LINDEX', walks, 0)
  while packed and left > 0 do
    -- A server out of memory permits this, and then the rest of the script.
    call('LPOP', walks)
    local task = cmsgpack.unpack(packed)
    if task.kind == 'forget' then
      call('UNLINK', task.key)
      left = left - 1
    else
      local members, isDone = flow.take(task, left)
      if not isDone then call('LPUSH', walks, cmsgpack.pack(task)) end
      task.members, left = members, left - math.max(1, #members)
      flow.follow(task)
      if isDone then flow.closeAll() flow.finish(task) end
    end
    packed = call('LINDEX', walks, 0)
  end
  local at = 1
  while flow.tasks[at] do
    local task = flow.tasks[at]
    if left > 0 then
      left = left - #task.members
      flow.follow(task)
    else
      -- A later script takes some members at a time out of a set.
      task.key = flow.walkedOf(call('INCR', flow.root .. ':walk'))
      for place, member in ipairs(task.members) do call('ZADD', task.key, place, member) end
      task.members, task.isFresh = nil, nil
      call('RPUSH', walks, cmsgpack.pack(task))
    end
    at = at + 1
  end
  flow.tasks = {}
  flow.closeAll()
  flow.trim()
  return left <= 0 or flow.isLeft
end
