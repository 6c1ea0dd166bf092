-- Writes to the queue's event stream. Needs the keys `events`, `meta`.

-- Only the first entry of a script trims the stream.
local trimmed = false
local function emit(...)
  if trimmed then return call('XADD', eventsKey, '*', 'event', ...) end
  trimmed = true
  call('XADD', eventsKey, 'MAXLEN', '~', metaOf('opts.maxLenEvents') or 10000, '*', 'event', ...)
end
