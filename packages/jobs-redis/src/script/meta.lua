-- Returns a field of the key `meta`, which is read once.
local meta
local function metaOf(field)
  if not meta then
    meta = {}
    local facts = call('HGETALL', metaKey)
    for at = 1, #facts, 2 do meta[facts[at]] = facts[at + 1] end
  end
  return meta[field]
end
