-- Notes until when a workflow may be sealed, ten minutes from now, unless it is or is being dropped: a slice may arrive late.
local function noteStage(now)
  if tonumber(call('ZSCORE', prefix .. 'pj:staging', stage) or now) > 1 then
    call('ZADD', prefix .. 'pj:staging', string.format('%.0f', now + 600000), stage)
  end
end
