/** How many jobs one step of a script follows: more are left to the next script. */
export const MOST_FOLLOWED = 100;

/**
 * Follows the edges of jobs that ended, were removed or were put back, in slices: what is not done is written to the
 * list `:walks` of the prefix, each with a set of its own (`:walk:<number>`), and is done by a later script of any queue.
 * Every step looks at the jobs as they are then, so that steps may come late, and twice. Needs EDGES_LUA.
 */
export const WALKING_LUA: string = `
-- Begins to follow all members of a set as they are now. A set that its caller is about to delete is taken as it is:
-- it costs much to copy a large one.
function flow.begin(task, source, isGone)
  local size = call('ZCARD', source)
  if size == 0 then return end
  if size > ${MOST_FOLLOWED} then
    task.key = flow.root .. ':walk:' .. call('INCR', flow.root .. ':walk')
    if isGone then call('RENAME', source, task.key) else call('ZUNIONSTORE', task.key, 1, source) end
    call('RPUSH', flow.root .. ':walks', cmsgpack.pack(task))
    flow.isLeft = true
  else
    task.members = call('ZRANGE', source, 0, -1)
    flow.tasks[#flow.tasks + 1] = task
  end
end

function flow.save(task)
  local members = {}
  for _, member in ipairs(task.members) do
    members[#members + 1] = 0
    members[#members + 1] = member
  end
  task.key, task.members, task.isFresh = flow.root .. ':walk:' .. call('INCR', flow.root .. ':walk'), nil, nil
  call('ZADD', task.key, unpack(members))
  call('RPUSH', flow.root .. ':walks', cmsgpack.pack(task))
end

function flow.follow(task)
  if task.kind == 'close' then return flow.close(task) end
  flow.closeAll()
  if task.kind == 'reopen' then flow.reopen(task) else flow.count(task.members, task.kind == 'hold' and 1 or -1) end
end

-- Goes on with what earlier scripts left, then with what this one began. Returns whether something is left.
function flow.walk()
  local left, walks = ${MOST_FOLLOWED}, flow.root .. ':walks'
  local packed = call('LINDEX', walks, 0)
  while packed and left > 0 do
    local task = cmsgpack.unpack(packed)
    local popped = call('ZPOPMIN', task.key, left)
    task.members = {}
    for i = 1, #popped, 2 do task.members[#task.members + 1] = popped[i] end
    left = left - #task.members
    if left > 0 then
      call('LPOP', walks)
      packed = call('LINDEX', walks, 0)
    end
    flow.follow(task)
  end
  local at = 1
  while flow.tasks[at] do
    local task = flow.tasks[at]
    if left > 0 then
      left = left - #task.members
      flow.follow(task)
    else
      flow.save(task)
    end
    at = at + 1
  end
  flow.tasks = {}
  flow.closeAll()
  flow.trim()
  return left <= 0 or flow.isLeft
end
`;
