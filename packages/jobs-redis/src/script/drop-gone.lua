-- Drops an id from one of our sets, where BullMQ, which does not know these, removed the job. Needs the lines of READY.
local blockedKey = prefix .. 'pj:blocked'
local function dropGone(key, name, id)
  if key ~= blockedKey then return dropParked(key, name, id) end
  call('ZREM', key, id)
  call('ZREM', prefix .. 'pj:releasable', id)
  -- Later scripts let go of what it waited for.
  local edges, root = prefix .. id .. ':pj:edges', string.match(prefix, '^(.*:)[^:]*:$')
  if call('EXISTS', edges) == 0 then return end
  local left = root .. ':walk:' .. call('INCR', root .. ':walk') .. ':edges'
  call('RENAME', edges, left)
  call('RPUSH', root .. ':walks', cmsgpack.pack({ kind = 'letGo', key = left }))
end
