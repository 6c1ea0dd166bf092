if restoreMeta() then return 'ordered' end
-- The slots of a name come first, then the keys that jobs of it keep.
local ofHolders, more = string.sub(cursor, 1, 1) == 'h', {}

-- Returns whether a job has lost what a slot says. Of a raw worker's, it may also have ended.
local function isStale(id, ck)
  local job = call('HMGET', prefix .. id, 'pj:ck', 'pj:hk', 'finishedOn', 'returnvalue')
  if ofHolders then return job[2] ~= ck or job[3] and (job[4] or not shared.keeps(ck, 'fail')) end
  -- It may have got its key when it was handed out: then another slot holds that.
  return not isActive(id) or (job[1] or nil) ~= ck
end

for i = 1, restSize do
local name = ARGV[OFFSET + i]
local key = ofHolders and shared.holdersOf(name) or slotsOf(name)
local found, gone = call('SSCAN', key, ofHolders and string.sub(cursor, 2) or cursor, 'COUNT', 200), {}
for _, slot in ipairs(found[2]) do
  local id, ck = string.match(slot, '^(%Z*)%z(.*)$')
  id = id or slot
  if isStale(id, ck) then gone[#gone + 1] = { slot = slot, id = id, ck = ck } end
end
for _, each in ipairs(gone) do
  if ofHolders then shared.free(each.id, name, each.ck)
  else
    call('SREM', key, each.slot)
    reopen('c' .. name)
    local line = each.ck and lineOf(name, each.ck)
    if line and call('SREM', keySlotsOf(line), each.id) == 1 then reopen('k' .. shared.nameOf(line, line.ck)) end
  end
end
for _, key in ipairs(cursor == '0' and { parkedOf(name), keyedOf(name), isOrdered and orderedKey or nil } or {}) do
  for _, id in ipairs(call('ZRANDMEMBER', key, math.min(50, math.ceil(500 / restSize)))) do
    if call('EXISTS', prefix .. id) == 0 then dropParked(key, name, id) end
  end
end
if found[1] ~= '0' then more[#more + 1] = { name, (ofHolders and 'h' or '') .. found[1] }
elseif not ofHolders and call('EXISTS', shared.holdersOf(name)) == 1 then more[#more + 1] = { name, 'h0' } end
end
return more
