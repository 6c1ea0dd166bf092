if metaOf('pj:limited') or metaOf('pj:order') then return 'whole' end
local stageTurns = prefix .. 'pj:stage-turns:' .. stage
if call('ZCARD', stageTurns) ~= tonumber(before) then return 'whole' end
local keys, at, i = {}, 1, 0
while at <= restSize do
  local last = at + 4 + 2 * ARGV[OFFSET + at]
  for first = at + 6, last, 2 do
    i = i + 1
    keys[i] = prefix .. ARGV[OFFSET + first]
  end
  at = last + 2
end
if call('EXISTS', unpack(keys)) > 0 then return 'whole' end
-- First of all notes the workflow, and which jobs are of it: what an error leaves half done can then be dropped.
noteStage(now)
if not metaOf('pj:flows') then call('HSET', metaKey, 'pj:flows', 1) end
local turn, turns = call('INCRBY', pcKey, #keys) - #keys, {}
local here, edges = string.match(prefix, '([^:]*:)$'), {}
at, i = 1, 0
while at <= restSize do
  local last, name, priority = at + 4 + 2 * ARGV[OFFSET + at], ARGV[OFFSET + at + 1], ARGV[OFFSET + at + 4]
  for first = at + 6, last, 2 do
    i = i + 1
    local id = ARGV[OFFSET + first]
    turns[2 * i - 1], turns[2 * i] = priority * 4294967296 + (turn + i) % 4294967296, id
    if base ~= '' then edges[2 * i - 1], edges[2 * i] = (before + i) * 16 + base, here .. id .. '\0' .. name end
  end
  at = last + 2
end
call('ZADD', stageTurns, unpack(turns))
at, i = 1, 0
while at <= restSize do
  local last, name, options, createdAt, priority, keep = at + 4 + 2 * ARGV[OFFSET + at], ARGV[OFFSET + at + 1], ARGV[OFFSET + at + 2], ARGV[OFFSET + at + 3], ARGV[OFFSET + at + 4], ARGV[OFFSET + at + 5]
  for first = at + 6, last, 2 do
    i = i + 1
    local key = keys[i]
    call('HSET', key, 'name', name, 'data', ARGV[OFFSET + first + 1], 'opts', options, 'timestamp', createdAt, 'delay', '0', 'priority', priority, 'pj:keep', keep, 'pj:awaited', '1', 'pj:staged', stage)
    call('ZADD', key .. ':pj:next', '0', dependant)
    emit('added', 'jobId', ARGV[OFFSET + first], 'name', name)
  end
  at = last + 2
end
if base ~= '' then call('ZADD', prefix .. 'pj:stage-edges:' .. stage, unpack(edges)) end
return 'added'
