import type { KeyStore } from '@philjs/jobs-core/backend';
import { toText } from '@philjs/jobs-core/internal';
import { decodeJobId } from '../keys/job-id.ts';
import { luaSource } from '../script/lua-source.ts';
import { EMIT, HOLDER, KEYS, READY } from '../script/parts.ts';
import { defineScript } from '../script/script.ts';
import type { QueueStore } from '../store/queue-store.ts';

/** Finds the job that holds a key. */
const findKeyScript = defineScript('FindKey', 'deid')<string | null>(
  EMIT,
  READY,
  KEYS,
  HOLDER,
  luaSource(new URL('./find-key.lua', import.meta.url)),
);

/** Frees a key; returns whether a job held it. */
const freeKeyScript = defineScript('FreeKey', 'once deid')(
  EMIT,
  READY,
  KEYS,
  HOLDER,
  luaSource(new URL('./free-key.lua', import.meta.url)),
);

/** Looks at the deduplication keys of a queue, which are BullMQ's. */
export function redisKeyStore(store: QueueStore): KeyStore {
  return {
    find: async ({ key }) => {
      const id = await store.run(findKeyScript, { deid: toText(key) });
      return id === null ? undefined : decodeJobId(id);
    },
    free: async ({ key }) => (await store.run(freeKeyScript, { deid: toText(key) })) === 1,
  };
}
