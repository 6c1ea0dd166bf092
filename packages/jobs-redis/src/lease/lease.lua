-- Decides which leases are held. A lease is held while its job is active and was not started again: the token is the
-- job's count of starts. The lock holds `owner:token:turn`; `turn` is the position the job had before its start.
--
-- An id that BullMQ may have made is sent in both forms: as we store it and, after a NUL, as BullMQ stores it; see
-- `heldJobId`. An owner never holds two such jobs under one token.

-- A worker that may hold what it does not know continues under another holder name, with a suffix; the owner stays.
local owner = string.gsub(holder, '~%d+$', '')

local function lockOf(token, turn)
  return owner .. ':' .. token .. ':' .. (turn or '')
end

local function isOwnLock(lock, token)
  local start = owner .. ':' .. token .. ':'
  return lock and string.sub(lock, 1, #start) == start
end

-- Returns the stored id of a job that is sent in both forms: the form whose lock this owner holds under the token.
local function storedOf(text, token)
  local at = string.find(text, '\0', 1, true)
  if not at then return text end
  local own, bare = string.sub(text, 1, at - 1), string.sub(text, at + 1)
  if isOwnLock(call('GET', prefix .. bare .. ':lock'), token) then return bare end
  if isOwnLock(call('GET', prefix .. own .. ':lock'), token) or call('HGET', prefix .. own, 'ats') == token then return own end
  return bare
end

-- Returns the token of a start. Ids 7 and ~7 may name two jobs: if the owner holds the other under this token, skips it.
local function tokenFor(id, token)
  local number = string.match(id, '^~?(%d+)$')
  if not number then return token end
  local twin = number == id and '~' .. number or number
  return isOwnLock(call('GET', prefix .. twin .. ':lock'), token) and token + 1 or token
end
