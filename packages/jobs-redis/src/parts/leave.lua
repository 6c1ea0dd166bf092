forget(worker)
if call('HEXISTS', metaKey, 'paused') == 0 and call('EXISTS', waitKey, prioritizedKey, openKey, orderedKey) > 0 then
  call('ZADD', markerKey, 0, '0')
end
return 1
