-- Reads the order in which the jobs of a queue stand, which `pj:lineup` keeps and `meta` repeats: policy,
-- `agePerPriority`, revision, whether jobs are still moving in (`m`) or out to BullMQ's sets (`l`), and the revision they
-- come from. Returns `fifo` from the script when there is none: then the other variant of the script is due.

local lineup = metaOf('pj:order')
if not lineup then return 'fifo' end
local isOrdered = true
local policy, age, revision, moving, from = string.match(lineup, '^(%a+),([^,]*),(%d+),(%a*),(%d*)$')
age = tonumber(age)
local own = prefix .. 'pj:o' .. revision .. ':'
local openKey, shutKey, openingsKey = own .. 'open', own .. 'shut', own .. 'openings'

-- Counts which of some keys exist, those of all waiting jobs included.
local function existsWaiting(...) return call('EXISTS', orderedKey, movingKey, waitKey, ...) end
