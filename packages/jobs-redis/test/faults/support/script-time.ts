import type { Redis } from 'ioredis';
import { expect } from 'vitest';
import type { QueueStore } from '../../../src/store/queue-store.ts';

/** The longest that one script may hold the server up, in milliseconds, where {@link KNOWN_SCRIPT} takes `KNOWN_MS`. */
const LONGEST_MS = 20;
const KNOWN_MS = 10;
const KNOWN_SCRIPT = 'local sum = 0 for i = 1, 1000000 do sum = sum + i % 7 end return sum';

/** How many scripts an action took, and how much of the server's processor time each took on average, in milliseconds. */
export interface Scripts {
  readonly count: number;
  readonly eachMs: number;
  /** The longest that one may take on this machine. */
  readonly longestMs: number;
}

/** Measures the scripts that an action runs, by a connection of its own. */
export async function scriptsOf(admin: Redis, action: () => Promise<unknown>): Promise<Scripts> {
  await admin.config('RESETSTAT');
  const before = await cpuMs(admin);
  await action();
  const usedMs = (await cpuMs(admin)) - before;
  const stats = await admin.info('commandstats');
  const calls = [...stats.matchAll(/cmdstat_eval(?:sha)?:calls=(\d+)/g)];
  const count = calls.reduce((sum, [, each]) => sum + Number(each), 0);
  const eachMs = Math.round((usedMs / count) * 100) / 100;
  return { count, eachMs, longestMs: await longestMsOn(admin) };
}

/** Finds how long a script may take on this machine, which may be slower than the one `LONGEST_MS` is meant for. */
async function longestMsOn(admin: Redis): Promise<number> {
  const takenMs: number[] = [];
  for (let run = 0; run < 3; run++) {
    const before = await cpuMs(admin);
    await admin.eval(KNOWN_SCRIPT, 0);
    takenMs.push((await cpuMs(admin)) - before);
  }
  return Math.round(LONGEST_MS * Math.max(1, Math.min(...takenMs) / KNOWN_MS));
}

/** Reads the server's processor time: how long a script takes by the clock depends on what else the machine does. */
async function cpuMs(admin: Redis): Promise<number> {
  const info = await admin.info('cpu');
  const seconds = (name: string): number => Number(new RegExp(`${name}:([\\d.]+)`).exec(info)?.[1]);
  return 1000 * (seconds('used_cpu_user_main_thread') + seconds('used_cpu_sys_main_thread'));
}

/** Expects that there were scripts, and that none held the server up. */
export function expectShort({ count, eachMs, longestMs }: Scripts): void {
  expect(count).toBeGreaterThan(0);
  expect(eachMs).toBeLessThan(longestMs);
}

/** Adds many jobs, a number of them a call. */
export async function inBatches(
  count: number,
  size: number,
  add: (from: number) => Promise<unknown>,
): Promise<void> {
  for (let from = 0; from < count; from += size) await add(from);
}

/** The script of an action that took the server the longest: its processor time, in milliseconds. */
export interface LongScript {
  readonly count: number;
  readonly script: string;
  readonly ms: number;
  /** The longest that it may take on this machine. */
  readonly longestMs: number;
}

/** Finds which of the scripts that an action has a store run took longest. They run one after the other. */
export async function longestOf(
  admin: Redis,
  store: QueueStore,
  action: () => Promise<unknown>,
): Promise<LongScript> {
  let longest: LongScript = { count: 0, script: '', ms: 0, longestMs: await longestMsOn(admin) };
  let last: Promise<unknown> = Promise.resolve();
  const { send } = store;
  store.send = (client, script, ...rest) => {
    const measured = last.then(async () => {
      const before = await cpuMs(admin);
      const reply = await send.call(store, client, script as never, ...(rest as [never]));
      const ms = Math.round(((await cpuMs(admin)) - before) * 100) / 100;
      const isLonger = ms > longest.ms;
      const count = longest.count + 1;
      longest = { ...longest, ...(isLonger && { script: script.command, ms }), count };
      return reply as never;
    });
    last = measured.catch(() => undefined);
    return measured;
  };
  await action();
  store.send = send;
  return longest;
}
