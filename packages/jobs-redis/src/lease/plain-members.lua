-- Serves a queue with workflows: jobs that others wait for and that wait for none, such as the members of a batch. Reads
-- which jobs wait for those that completed, and how they do; sets which completed jobs stay for others (`awaited`).
local root, here, awaited, informed, stays, kept, listed
if metaOf('pj:flows') then
  root, here = string.match(prefix, '^(.*:)([^:]*:)$')
  if call('EXISTS', prefix .. 'pj:releasable', root .. ':walks') > 0 then return 'whole' end
  awaited, informed, stays, kept, listed = {}, {}, {}, {}, {}
  local names = {}
  for i = 1, count do
    local first = (i - 1) * 6 + 1
    local id, shape = ARGV[OFFSET + first], ARGV[OFFSET + first + 5]
    local key = prefix .. id
    local of = call('HMGET', key, 'pj:deps', 'pj:awaited')
    if of[1] then return 'whole' end
    if of[2] then
      awaited[i] = tonumber(of[2]) > 0
      local next = call('ZRANGE', key .. ':pj:next', 0, 8)
      -- The whole script informs more, in slices.
      if #next > 8 then return 'whole' end
      local name = names[shape]
      if not name then
        name = '\0' .. string.sub(shape, string.find(shape, ' ', 1, true) + 1)
        names[shape] = name
      end
      local member = here .. id .. name
      for at = 1, #next do
        local list = informed[next[at]]
        if not list then
          list = { members = {}, places = {} }
          informed[next[at]] = list
        end
        local size = #list.members + 1
        list.members[size], list.places[size] = member, i
      end
    end
  end
  for dependant, list in pairs(informed) do
    list.job = call('HMGET', root .. dependant, 'name', 'pj:doom')
    list.scores = call('ZMSCORE', root .. dependant .. ':pj:edges', unpack(list.members))
    local queue, id = string.match(dependant, '^([^:]*:)(.*)$')
    list.turn = call('ZSCORE', root .. queue .. 'pj:blocked', id)
  end
end
