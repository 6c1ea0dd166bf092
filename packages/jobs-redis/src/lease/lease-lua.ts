/**
 * Tells which leases are held. A lease is held while its job is active and was not started again since: its
 * count of starts is the token. The lock says `owner:token:turn`: who started it, and where it had stood.
 *
 * An id that BullMQ may have made comes twice, as ours are stored and, behind a NUL, as BullMQ stores it; see
 * `heldJobId`. An owner never holds two such jobs under one token.
 */
export const LEASE_LUA: string = `
-- A worker whose answers were lost for too long goes on under another name.
local owner = string.gsub(holder, '~%d+$', '')

local function lockOf(token, turn)
  return owner .. ':' .. token .. ':' .. (turn and string.format('%.0f', turn) or '')
end

local function isOwnLock(lock, token)
  local start = owner .. ':' .. token .. ':'
  return lock and string.sub(lock, 1, #start) == start
end

local function storedOf(text, token)
  local at = string.find(text, '\\0', 1, true)
  if not at then return text end
  local own, bare = string.sub(text, 1, at - 1), string.sub(text, at + 1)
  if isOwnLock(call('GET', prefix .. bare .. ':lock'), token) then return bare end
  if isOwnLock(call('GET', prefix .. own .. ':lock'), token) or call('HGET', prefix .. own, 'ats') == token then return own end
  return bare
end

local function tokenFor(id, token)
  local number = string.match(id, '^~?(%d+)$')
  if not number then return token end
  local twin = number == id and '~' .. number or number
  return isOwnLock(call('GET', prefix .. twin .. ':lock'), token) and token + 1 or token
end
`;
