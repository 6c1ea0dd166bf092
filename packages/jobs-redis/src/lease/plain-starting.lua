-- Starts the jobs.
for i = 1, #ids do
  local id, token = ids[i], started[2 * i]
  local key = prefix .. id
  call('HSET', key, 'processedOn', now, 'ats', token, 'pb', holder)
  call('SET', key .. ':lock', owner .. ':' .. token .. ':' .. turns[i], 'PX', leaseMs)
  call('XADD', eventsKey, '*', 'event', 'active', 'jobId', id, 'prev', 'waiting')
end
if #ids > 0 then call('LPUSH', activeKey, unpack(ids)) end
