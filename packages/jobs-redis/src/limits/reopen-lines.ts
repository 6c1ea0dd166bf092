import type { QueueStore } from '../store/queue-store.ts';
import { reopenLinesScript } from './limit-scripts.ts';

/** Rechecks the shut lines of names whose limits changed, also where the process that changed them died before. */
export async function reopenLines(store: QueueStore): Promise<void> {
  const changed = await store.link.run((client) => client.hgetall(store.key('pj:reopening')));
  for (const [name, change] of Object.entries(changed)) {
    let cursor = '0';
    do cursor = await store.run(reopenLinesScript, { name, change, cursor });
    while (cursor !== '0');
  }
}
