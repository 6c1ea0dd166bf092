-- Closes the edges to the completed jobs, and lists those that have nothing more to wait for.
if informed then
  if #stays > 0 then
    call('ZADD', completedKey, unpack(kept))
    call('SADD', prefix .. 'pj:awaited:completed', unpack(stays))
  end
  local lost, stirred = {}, {}
  for _, i in ipairs(refused) do lost[i] = true end
  for dependant, list in pairs(informed) do
    local changed = {}
    for at = 1, list.job[1] and #list.members or 0 do
      local score = tonumber(list.scores[at])
      if score and score % 4 == 0 and not lost[list.places[at]] then
        local size = #changed
        changed[size + 1], changed[size + 2] = score + 1, list.members[at]
      end
    end
    if #changed > 0 then
      call('ZADD', root .. dependant .. ':pj:edges', unpack(changed))
      local open = call('HINCRBY', root .. dependant, 'pj:open', -#changed / 2)
      if list.turn and (open <= 0 or (tonumber(list.job[2]) or 0) > 0) then
        local queue, id = string.match(dependant, '^([^:]*:)(.*)$')
        call('ZADD', root .. queue .. 'pj:releasable', list.turn, id)
        if not stirred[queue] then call('ZADD', root .. queue .. 'marker', 0, '0') end
        stirred[queue] = true
        if queue == here then
          listed[#listed + 1] = id
          if wanted > 0 then nextAt = now end
        end
      end
    end
  end
end
