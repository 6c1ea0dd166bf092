-- An active job has a lock, unless its worker was lost: then it takes a search to find it.
local function isActive(id)
  return call('EXISTS', prefix .. id .. ':lock') == 1 or call('LPOS', activeKey, id)
end
