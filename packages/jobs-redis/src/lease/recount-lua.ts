/** From how many positions on they begin again although jobs are active: far fewer than a priority has. */
export const MOST_COUNTED: number = 2 ** 30;

/** Lets the positions of a queue that is first in, first out begin again, once no job is waiting in it. */
export const RECOUNT_LUA: string = `
-- An active job takes its position back if it is put back unstarted. A queue that is never idle has no more positions than
-- ${MOST_COUNTED}.
local function recount()
  if call('EXISTS', activeKey) == 0 or (tonumber(call('GET', prefix .. 'pc')) or 0) > ${MOST_COUNTED} then call('DEL', prefix .. 'pc') end
end
`;
