-- Remembers the answer for replay.lua}, in the field `answerField` of `pj:answers`.

local function remember()
  if #refused + #foreign + #deferred + #stalled + #jobs + tonumber(endedCount) == 0 then return end
  local started = {}
  for _, job in ipairs(jobs) do started[#started + 1], started[#started + 2] = job[1], job[2] end
  call('HSET', answersKey, answerField, cmsgpack.pack({ sequence, started, refused, foreign, deferred, stalled }))
end
