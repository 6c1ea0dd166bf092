-- Deletes nothing: a server out of memory permits that, and then the rest of the script.
if not metaOf('pj:limits-life') then
  call('HDEL', metaKey, '')
  call('HSET', metaKey, 'pj:limits-life', life)
end
return metaOf('pj:limits-life') or life
