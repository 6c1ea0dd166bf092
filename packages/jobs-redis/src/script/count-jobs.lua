local waiting = isOrdered and call('ZCARD', orderedKey) + call('ZCARD', movingKey) or 0
waiting = waiting + call('LLEN', waitKey) + call('LLEN', pausedKey) + call('ZCARD', prioritizedKey)
for _, name in ipairs(call('HKEYS', limitsKey)) do waiting = waiting + call('ZCARD', parkedOf(name)) + call('ZCARD', keyedOf(name)) end
return {
  waiting, call('ZCARD', delayedKey), call('LLEN', activeKey), call('ZCARD', completedKey),
  call('ZCARD', failedKey), call('ZCARD', cancelledKey), call('ZCARD', waitingChildrenKey) + call('ZCARD', prefix .. 'pj:blocked')
}
