local function forget(id)
  call('HDEL', workersKey, id)
  call('ZREM', seenKey, id)
  call('HDEL', askedKey, id)
  -- It got some under other names, too.
  for _, field in ipairs(call('HKEYS', answersKey)) do
    local owner = string.gsub(string.match(field, '^(.*):%d+$'), '~%d+$', '')
    if owner == id then call('HDEL', answersKey, field) end
  end
end
