import { luaSource } from '../script/lua-source.ts';
import { CLOCK, DELAY, EMIT, FLOWS, GATES, MOVING, READ_TAKEN, READY } from '../script/parts.ts';
import { defineScript, type Script, type Words } from '../script/script.ts';

const ARGUMENTS =
  'holder sequence answerField wanted stopping leaseMs limitsLife maxStalls stallMessage stallError look idle takesForeign again endedCount';

type ExchangeScript = Script<Words<typeof ARGUMENTS>, string | unknown[]>;

/**
 * Records the jobs that ended, takes back jobs whose holders lost them, makes due jobs ready, and hands out jobs that
 * may run, in one step. Reads everything before the first write, except the jobs handed out, which are known only then.
 * The first write is one that a server out of memory permits; the server then permits the rest.
 *
 * Returns `lost`, and changes nothing, when the limits that the worker stored are gone.
 *
 * Besides the named arguments it takes the ended leases, as `endedArguments` writes them. It returns the time and when to
 * ask again or nothing, then five lists, each after its length: the places (from 1) of the refused leases; place, id
 * and lock of those BullMQ must end; id, lock and reason of each job BullMQ must fail without running it; id, name,
 * token and whether it failed of each job taken back; id, token and hash of each job handed out. Last come the names of
 * these whose rate is limited, each with its window.
 */
export const exchangeScript: ExchangeScript = defineScript('Exchange', ARGUMENTS)(
  CLOCK,
  luaSource(new URL('./exchange-begin.lua', import.meta.url)),
  READY,
  EMIT,
  DELAY,
  GATES,
  luaSource(new URL('./lease.lua', import.meta.url)),
  FLOWS,
  luaSource(new URL('./finishing.lua', import.meta.url)),
  luaSource(new URL('./ending.lua', import.meta.url)),
  luaSource(new URL('./other-endings.lua', import.meta.url)),
  luaSource(new URL('./recovering.lua', import.meta.url)),
  luaSource(new URL('./recount.lua', import.meta.url)),
  READ_TAKEN,
  luaSource(new URL('./claiming.lua', import.meta.url)),
  MOVING,
  {
    fifo: luaSource(new URL('./claim.lua', import.meta.url)),
    ordered: luaSource(new URL('../order/claim-ordered.lua', import.meta.url)),
  },
  luaSource(new URL('../workflow/releasing.lua', import.meta.url)),
  luaSource(new URL('./answer.lua', import.meta.url)),
  luaSource(new URL('./remember.lua', import.meta.url)),
  luaSource(new URL('./replay.lua', import.meta.url)),
  luaSource(new URL('./exchange.lua', import.meta.url)),
);
