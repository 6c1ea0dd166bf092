-- Names what a workflow consists of. A job is named by its `ref`, the queue and the id: `orders:7`. What waits for
-- others has the set `<job>:pj:edges`, whose members are the ref and, after a NUL, the name of what it waits for. The
-- score of a member is its place · 16, plus 8 for a child, 4 if its failure fails the job, and a state: 0 open, 1
-- completed, 2 failed. What others wait for has the set `<job>:pj:next` of their refs.
--
-- All queues of a prefix can be reached from one script: `flow.root` is the prefix, `flow.here` the script's own queue.

local flow = { tasks = {}, closings = {}, trims = {}, lastTurn = {}, stirred = {} }
flow.root, flow.here = string.match(prefix, '^(.*:)([^:]*:)$')

function flow.split(ref) return string.match(ref, '^([^:]*:)(.*)$') end
function flow.parse(member) return string.match(member, '^([^%z]*)%z(.*)$') end
function flow.edgesOf(ref) return flow.root .. ref .. ':pj:edges' end
function flow.nextOf(ref) return flow.root .. ref .. ':pj:next' end
function flow.isVital(score) return math.floor(score / 4) % 2 == 1 end
function flow.isChild(score) return math.floor(score / 8) % 2 == 1 end

-- Lists a blocked job to be released by the next exchange of its queue, and wakes a worker of that.
function flow.list(queue, id, turn)
  call('ZADD', flow.root .. queue .. 'pj:releasable', turn, id)
  if queue == flow.here then
    flow.listed = flow.listed or {}
    table.insert(flow.listed, id)
  end
  if flow.stirred[queue] or queue == flow.here and flow.serves then return end
  flow.stirred[queue] = true
  call('ZADD', flow.root .. queue .. 'marker', 0, '0')
end
