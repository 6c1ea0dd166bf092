local ahead = call('ZRANK', key, id)
if key == prioritizedKey then ahead = ahead + call('LLEN', waitKey) end
return { math.min(ahead, MOST_COUNTED), -1 }
