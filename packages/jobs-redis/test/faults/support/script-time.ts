import type { Redis } from 'ioredis';
import { expect } from 'vitest';

/** How many scripts an action took, and how much of the server's processor time each took on average, in milliseconds. */
export interface Scripts {
  readonly count: number;
  readonly eachMs: number;
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
  return { count, eachMs: Math.round((usedMs / count) * 100) / 100 };
}

/** Reads the server's processor time: how long a script takes by the clock depends on what else the machine does. */
async function cpuMs(admin: Redis): Promise<number> {
  const info = await admin.info('cpu');
  const seconds = (name: string): number => Number(new RegExp(`${name}:([\\d.]+)`).exec(info)?.[1]);
  return 1000 * (seconds('used_cpu_user_main_thread') + seconds('used_cpu_sys_main_thread'));
}

/** Expects that there were scripts, and that none held the server up. */
export function expectShort({ count, eachMs }: Scripts): void {
  expect(count).toBeGreaterThan(0);
  expect(eachMs).toBeLessThan(20);
}

/** Adds many jobs, a number of them a call. */
export async function inBatches(
  count: number,
  size: number,
  add: (from: number) => Promise<unknown>,
): Promise<void> {
  for (let from = 0; from < count; from += size) await add(from);
}
