local others = {}
local function change(id, name, state, key, deid, priority, parent, scheduler)
  if mayLeave == '1' and (isAwaited(id, parent) or isLatest(id, scheduler)) then
    others[#others + 1] = id
    return false
  end
  takeOut(id, name, state, key)
  removeJob(id, name, state, deid)
  return true
end
