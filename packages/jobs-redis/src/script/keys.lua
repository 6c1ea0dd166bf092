-- Ties jobs to deduplication keys. A key is BullMQ's (`de:…`); BullMQ frees it when its holder finishes. Holders that
-- may be replaced also free it when they start. Their key is marked (`id:r`) if it has a time limit, since BullMQ would
-- keep it until then.

-- Reads from a job's options whether it frees its key when it starts, and for how long it holds the key. In our own
-- options both come before all that a user wrote except the key, whose quotes are escaped: a text search is enough.
local function keyOptions(options)
  local own = options and string.find(options, '"pj":{', 1, true)
  if own then
    local head = string.sub(options, 1, own)
    return string.find(head, '"replace":true', 1, true) ~= nil, tonumber(string.match(head, '"ttl":([%d.]+)')) or 0
  end
  local ok, all = pcall(cjson.decode, options or '{}')
  local de = ok and type(all) == 'table' and type(all.de) == 'table' and all.de or {}
  return de.replace == true, tonumber(de.ttl) or 0
end

-- Gives a key to a job. Without ":r" (lets), BullMQ keeps a key with a time limit until the limit, whatever becomes of
-- the job; with it, the key counts as free once the job has started.
local function takeKey(key, id, lets, ttl)
  if ttl == 0 then call('SET', key, id) else call('SET', key, lets and id .. ':r' or id, 'PX', math.ceil(ttl)) end
end

-- Frees the deduplication key a job holds.
local function freeKey(id, deid)
  if not deid then return end
  local key = prefix .. 'de:' .. deid
  local value = call('GET', key)
  if value and string.match(value, '^[^:]+') == id then call('DEL', key) end
end
