-- Repeats the answer to a call whose answer was lost, and changes nothing. The last answers of a holder are
-- kept, each in the field of its number. The jobs in a repeated answer are those the holder still holds.

local function replay()
  local packed = again == '1' and call('HGET', answersKey, answerField)
  local known = packed and cmsgpack.unpack(packed)
  if not known or known[1] ~= sequence then return nil end
  -- The plain script leaves out what is empty.
  refused, foreign, deferred, stalled = known[3] or {}, known[4] or {}, known[5] or {}, known[6] or {}
  local started = known[2]
  for i = 1, #started, 2 do
    local id, token = started[i], started[i + 1]
    if isOwnLock(call('GET', prefix .. id .. ':lock'), token) then
      jobs[#jobs + 1] = { id, token }
      texts[#jobs] = call('HGETALL', prefix .. id)
    end
  end
  return reply(#jobs < tonumber(wanted) and now or '')
end
