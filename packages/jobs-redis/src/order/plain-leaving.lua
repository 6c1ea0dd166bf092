-- Takes the jobs that start out of their lines, and moves their keys. Its first command deletes.
if #ids > 0 then
  call('ZREM', orderedKey, unpack(ids))
  -- Those that start, or their keys, were the first ones.
  call('ZREMRANGEBYRANK', keysKey, 0, (isFair and #moved or #ids) - 1)
end
if moved and #ids > 0 then
  local lines, marks, shares, left, size = {}, {}, {}, {}, 0
  for _, entry in ipairs(moved) do
    call('ZREMRANGEBYRANK', entry.queue, 0, entry.at - 2)
    if entry.at <= entry.size then
      -- With its sign turned, a number that is not negative has the bytes that sort as it does: see bytesOf.
      local mark = struct.pack('>ddI4', -(entry.base + 1), -entry.since, entry.turns[entry.at] % 4294967296)
      lines[size + 1], lines[size + 2] = entry.class, mark .. entry.key
      marks[size + 1], marks[size + 2] = entry.field, mark
      shares[size + 1], shares[size + 2] = entry.name, entry.text
      size = size + 2
    else
      left[#left + 1] = entry.name
      times[entry.class].keys = times[entry.class].keys - 1
      call('HDEL', own .. 'heads', entry.field)
    end
  end
  if #left > 0 then call('HDEL', own .. 'shares', unpack(left)) end
  if size > 0 then
    call('ZADD', keysKey, unpack(lines))
    call('HSET', own .. 'heads', unpack(marks))
    call('HSET', own .. 'shares', unpack(shares))
  end
  for class, each in pairs(times) do
    if each.keys > 0 then call('HSET', own .. 'classes', class, string.format('%s,%d', each.text, each.keys))
    else call('HDEL', own .. 'classes', class) end
  end
  call('SET', own .. 'changes', string.format('%.0f', change))
end
