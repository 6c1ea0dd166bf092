import { luaSource } from '../script/lua-source.ts';
import { CLOCK, RETAIN } from '../script/parts.ts';
import { defineScript, type Script, type Words } from '../script/script.ts';

const ARGUMENTS = 'holder sequence answerField wanted leaseMs limitsLife idle';

/**
 * Does the same as `exchangeScript` where that is little: records jobs of ours that completed under valid leases, and
 * hands out jobs of ours that wait. It has its own code since it runs for almost every job: it reads no hash of a job
 * that ended, and defines few functions. Each function, table and text costs Lua nearly as much as a command.
 *
 * Returns `whole`, and changes nothing, when there is more to do: the queue is paused or limited as a whole, a job is due, a
 * job of BullMQ's waits, a lease is not held, a limited job ends or may start, a job ends that waited for others, or
 * blocked jobs have to be released; and `lost` as that does.
 */
export const plainExchangeScript: Script<Words<typeof ARGUMENTS>, string> = defineScript(
  'PlainExchange',
  ARGUMENTS,
)(
  CLOCK,
  luaSource(new URL('./plain-begin.lua', import.meta.url)),
  {
    fifo: luaSource(new URL('./plain-fifo.lua', import.meta.url)),
    ordered: [
      luaSource(new URL('../order/plain-ordered.lua', import.meta.url)),
      luaSource(new URL('../order/plain-fair.lua', import.meta.url)),
    ],
  },
  luaSource(new URL('./plain-hashes.lua', import.meta.url)),
  luaSource(new URL('./plain-members.lua', import.meta.url)),
  luaSource(new URL('./plain-completing.lua', import.meta.url)),
  luaSource(new URL('./plain-dependants.lua', import.meta.url)),
  {
    fifo: luaSource(new URL('./plain-leaving.lua', import.meta.url)),
    ordered: luaSource(new URL('../order/plain-leaving.lua', import.meta.url)),
  },
  luaSource(new URL('./plain-starting.lua', import.meta.url)),
  luaSource(new URL('./plain-keeping.lua', import.meta.url)),
  luaSource(new URL('./plain-answering.lua', import.meta.url)),
  RETAIN,
  luaSource(new URL('./plain-trimming.lua', import.meta.url)),
);
