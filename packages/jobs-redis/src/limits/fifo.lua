if metaOf('pj:order') then return 'ordered' end
local isOrdered = false
-- What stands before the id of a line where it is filed: nothing.
local WIDTH = 0

-- Counts which of some keys exist, that of BullMQ's waiting jobs included.
local function existsWaiting(...) return call('EXISTS', waitKey, ...) end
