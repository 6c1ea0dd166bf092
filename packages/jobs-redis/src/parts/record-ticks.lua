for i = 1, restSize, 3 do record(ARGV[OFFSET + i], ARGV[OFFSET + i + 1], ARGV[OFFSET + i + 2], tonumber(keep), known == '1') end
return 1
