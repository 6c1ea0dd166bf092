local key = prefix .. 'pj:metrics:' .. minute
for i = 1, restSize, 2 do
  call('HINCRBYFLOAT', key, name .. '\0' .. ARGV[OFFSET + i], ARGV[OFFSET + i + 1])
end
call('PEXPIREAT', key, minute + 90000000)
call('ZADD', prefix .. 'pj:minutes', minute, minute)
call('ZREMRANGEBYSCORE', prefix .. 'pj:minutes', '-inf', '(' .. (minute - 90000000))
return 1
