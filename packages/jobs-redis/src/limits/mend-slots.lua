if restoreMeta() then return 'ordered' end
local more = {}
for i = 1, restSize do
local name = ARGV[OFFSET + i]
local found, gone = call('SSCAN', slotsOf(name), cursor, 'COUNT', 200), {}
for _, slot in ipairs(found[2]) do
  local id, ck = string.match(slot, '^(%Z*)%z(.*)$')
  id = id or slot
  -- It may have got its key when it was handed out: then another slot holds that.
  if not isActive(id) or (call('HGET', prefix .. id, 'pj:ck') or nil) ~= ck then gone[#gone + 1] = { slot = slot, id = id, ck = ck } end
end
for _, each in ipairs(gone) do
  call('SREM', slotsOf(name), each.slot)
  reopen('c' .. name)
  local line = each.ck and lineOf(name, each.ck)
  if line and call('SREM', keySlotsOf(line), each.id) == 1 then reopen('k' .. shared.nameOf(line, line.ck)) end
end
for _, key in ipairs(cursor == '0' and { parkedOf(name), keyedOf(name), isOrdered and orderedKey or nil } or {}) do
  for _, id in ipairs(call('ZRANDMEMBER', key, math.min(50, math.ceil(500 / restSize)))) do
    if call('EXISTS', prefix .. id) == 0 then dropParked(key, name, id) end
  end
end
if found[1] ~= '0' then more[#more + 1] = { name, found[1] } end
end
return more
