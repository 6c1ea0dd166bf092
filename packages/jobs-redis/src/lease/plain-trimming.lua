if gone then dropJobs(gone) end
for shape, name in pairs(trims) do
  local age, most, total = keptOf(string.match(shape, '^[^ ]*'), 'completed')
  trimKept('completed', name, now, looks and age, most, total)
end
return answer()
