import { randomUUID } from 'node:crypto';
import type { JobLimits } from '@philjs/jobs-core';
import {
  type LimitBarrier,
  type LimitFacts,
  type LimitStore,
  mergeLimits,
  type ReplacedLimits,
} from '@philjs/jobs-core/backend';
import { changeOfLimits, type LimitChange, storedLimits } from '@philjs/jobs-core/internal';
import { decodeJobId, storedIds } from '../keys/job-id.ts';
import { countActive } from '../limits/job-slots.ts';
import { reopenLines } from '../limits/reopen-lines.ts';
import { parseOwn } from '../record/stored-json.ts';
import { luaSource } from '../script/lua-source.ts';
import { CLOCK, EMIT, GATES, NOTE_LIMITED, READY, STATE } from '../script/parts.ts';
import { defineScript } from '../script/script.ts';
import type { QueueStore } from '../store/queue-store.ts';

/**
 * Changes the limits of a name if the stored facts (`pj:limit-facts`) have not changed since they were read. Returns
 * whether it made the change. Before, `countActive` counts the active jobs of the name.
 */
const changeLimitsScript = defineScript('ChangeLimits', 'once name before after effective')(
  NOTE_LIMITED,
  luaSource(new URL('./change-limits.lua', import.meta.url)),
);

/** Names the limits that are stored, if they have no name: it is another one after the server lost them. Returns the name. */
const limitsLifeScript = defineScript(
  'LimitsLife',
  'life',
)<string>(luaSource(new URL('./limits-life.lua', import.meta.url)));

/**
 * Holds back the line of an active job: for a while no other job starts with its rate key, else its concurrency key,
 * else its name. Returns whether the lease was held.
 */
const holdBackScript = defineScript('HoldBack', 'id token ms')(
  CLOCK,
  READY,
  NOTE_LIMITED,
  luaSource(new URL('./hold-back.lua', import.meta.url)),
);

/**
 * Finds the limits that keep a waiting job from starting. Returns for each: kind, until when or nothing, how many are
 * allowed or nothing; of a strict key also the job that has its slot.
 */
const barriersScript = defineScript('Barriers', 'id')<string[][]>(
  CLOCK,
  EMIT,
  READY,
  STATE,
  GATES,
  luaSource(new URL('./barriers-of.lua', import.meta.url)),
);

/** Keeps the limits of jobs by name; see `LimitStore`. The exchange script enforces them. */
export function redisLimitStore(store: QueueStore): LimitStore {
  return {
    publish: async ({ limits }) => {
      const replaced: ReplacedLimits[] = [];
      for (const [name, published] of limits) {
        let made: LimitChange | undefined;
        await changeFacts(store, name, (facts) => {
          made = changeOfLimits(facts, published);
          return made && { ...facts, published, wasPublished: true };
        });
        if (made?.before !== undefined) replaced.push({ name, before: made.before });
      }
      return replaced;
    },
    set: ({ name, limits }) =>
      changeFacts(store, name, (facts) => ({ ...facts, override: limits })),
    read: async ({ name }) => storedLimits((await read(store, name)).facts),
    setPaused: ({ name, paused }) =>
      changeFacts(store, name, (facts) =>
        (facts?.paused ?? false) === paused ? undefined : { ...facts, paused },
      ),
    holdBack: async ({ lease, ms }) => {
      for (const id of storedIds(lease.id)) {
        const args = { id, token: lease.fencingToken, ms: Math.ceil(ms) };
        if ((await store.run(holdBackScript, args)) === 1) return true;
      }
      return false;
    },
    barriers: async ({ id }) => {
      for (const stored of storedIds(id)) {
        const found = await store.run(barriersScript, { id: stored });
        if (found.length > 0) return found.map(toBarrier);
      }
      return [];
    },
  };
}

/**
 * Takes over the limits of a worker's definitions for names of which no worker has published any. Returns a name for what is
 * stored, if there is any: as long as the server has that name, it has lost none of them.
 */
export async function learnLimits(
  store: QueueStore,
  limits: ReadonlyMap<string, JobLimits>,
): Promise<string> {
  if (limits.size === 0) return '';
  for (;;) {
    const life = await limitsLife(store);
    for (const [name, published] of limits) {
      await changeFacts(store, name, (facts) =>
        facts?.wasPublished ? undefined : { ...facts, published, wasPublished: true },
      );
    }
    // The server may have lost the first ones while the last were stored.
    if ((await limitsLife(store)) === life) return life;
  }
}

function limitsLife(store: QueueStore): Promise<string> {
  return store.run(limitsLifeScript, { life: randomUUID() });
}

async function read({ link, key }: QueueStore, name: string) {
  const text = (await link.run((client) => client.hget(key('pj:limit-facts'), name))) ?? '';
  return { text, facts: parseOwn<LimitFacts | undefined>(text, undefined) };
}

/** Changes the stored limits; they hold at once, also for jobs that are waiting already. */
async function changeFacts(
  store: QueueStore,
  name: string,
  change: (facts: LimitFacts | undefined) => Partial<LimitFacts> | undefined,
): Promise<void> {
  // It is tried again when another change came in between: of those that come at once, each try makes one.
  for (;;) {
    const { text: before, facts } = await read(store, name);
    const wanted = change(facts);
    // A call that is repeated goes on where the one before was cut off.
    if (wanted === undefined) return reopenLines(store);
    const revision = (facts?.revision ?? 0) + 1;
    const after: LimitFacts = { paused: false, ...wanted, revision };
    const args = { name, before, after: JSON.stringify(after), effective: effective(after) };
    const { concurrency, concurrencyPerKey } = mergeLimits(after.published, after.override);
    if (concurrency ?? concurrencyPerKey) await countActive(store, name);
    if ((await store.run(changeLimitsScript, args)) === 1) return reopenLines(store);
  }
}

function toBarrier([type, until, max, heldBy]: readonly string[]): LimitBarrier {
  return {
    // The script answers nothing else.
    type: type as LimitBarrier['type'],
    ...(until !== '' && { until: Number(until) }),
    ...(max !== '' && { max: Number(max) }),
    ...(heldBy !== undefined && { heldBy: decodeJobId(heldBy) }),
  };
}

/** Writes limits for the scripts, which split them at commas. */
function effective(facts: LimitFacts): string {
  const { published, override, paused } = facts;
  const { concurrency, concurrencyPerKey, rate } = mergeLimits(published, override);
  return [concurrency, concurrencyPerKey, rate?.max, rate?.per, paused ? 1 : 0].join();
}
