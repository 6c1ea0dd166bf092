-- Notes that names are limited, where short scripts need not ask: all of them, each between NULs; `1` if they are many.
local function noteLimited()
  local names = call('HLEN', limitsKey) <= 32 and call('HKEYS', limitsKey)
  call('HSET', metaKey, 'pj:limited', names and '\0' .. table.concat(names, '\0') .. '\0' or 1)
end
