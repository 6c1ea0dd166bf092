local found, names = { call('GET', lineupKey) or '', call('GET', orderRevisionKey) or '0' }, call('HKEYS', limitsKey)
table.sort(names)
for i = 1, 2 * #names do
  local line = (i % 2 == 1 and 'pj:parked:' or 'pj:keyed:') .. names[math.ceil(i / 2)]
  if line == last or call('EXISTS', prefix .. line) == 1 then found[#found + 1] = line end
end
return found
