-- Records the completed jobs. A server out of memory permits the delete of their locks, and then the rest.
local refused, groups, gone = {}, {}, nil
if count > 0 then call('DEL', unpack(locks)) end
for i = 1, count do
  local first = (i - 1) * 6 + 1
  local id, text, shape = ARGV[OFFSET + first], ARGV[OFFSET + first + 3], ARGV[OFFSET + first + 5]
  if call('LREM', activeKey, -1, id) == 0 then
    refused[#refused + 1] = i
  else
    local group = groups[shape]
    if not group then
      group = {}
      groups[shape] = group
      -- A shape begins with a space if its retention is the default one.
      if string.byte(shape) ~= 32 then
        local most, total = string.match(shape, '^[^,]*,([^,]*),([^,]*)')
        group.most, group.total = tonumber(most), tonumber(total)
      end
    end
    -- One that others wait for is kept, out of the reach of retention.
    if awaited and awaited[i] then
      stays[#stays + 1] = id
      group = kept
    end
    if group.most == 0 then
      gone = gone or {}
      gone[#gone + 1] = id
    else
      call('HSET', prefix .. id, 'returnvalue', text, 'atm', ARGV[OFFSET + first + 4], 'finishedOn', now)
      local size = #group
      -- Finer than a microsecond, so that jobs that end together keep their order.
      group[size + 1], group[size + 2] = time[1] * 1000 + time[2] / 1000 + (i - 1) / 4096, id
    end
    if #text <= 10240 then call('XADD', eventsKey, '*', 'event', 'completed', 'jobId', id, 'returnvalue', text, 'prev', 'active')
    else call('XADD', eventsKey, '*', 'event', 'completed', 'jobId', id, 'returnvalue', 'null', 'pj:large', 1, 'prev', 'active') end
  end
end
