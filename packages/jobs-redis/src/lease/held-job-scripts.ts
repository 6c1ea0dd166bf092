import { luaSource } from '../script/lua-source.ts';
import { EMIT } from '../script/parts.ts';
import { defineScript, type Script } from '../script/script.ts';

/**
 * Renews leases, also those that ran out meanwhile if no other worker has taken their jobs. Besides the named
 * arguments it takes pairs of id and token. Returns the places (from 1) of the lost leases, then place and request
 * of each job to cancel.
 */
export const extendScript: Script<
  'holder' | 'leaseMs',
  [lost: number[], cancelled: [place: number, request: string][]]
> = defineScript('Extend', 'holder leaseMs')(
  luaSource(new URL('./lease.lua', import.meta.url)),
  luaSource(new URL('./extend.lua', import.meta.url)),
);

/** Stores the progress a handler reported if its lease is held; returns whether it was. */
export const setProgressScript: Script<'id' | 'token' | 'progress'> = defineScript(
  'SetProgress',
  'id token progress',
)(EMIT, luaSource(new URL('./set-progress.lua', import.meta.url)));
