// Stores jobs with the rows that they belong to, where the store can do that.
import { equal, rejects } from 'node:assert/strict';
import { pack } from './jobs.ts';
import { open, transact } from './store.ts';

const queue = open();
const count = async (): Promise<number> => (await queue.getStats()).total;
equal(await count(), 0); // makes the tables
if (transact === undefined) {
  const refused = queue.enqueue(pack, { order: 1 }, { transaction: {} });
  await rejects(refused, { code: 'JOBS_NOT_SUPPORTED' });
  await rejects(
    queue.transaction(() => undefined),
    { code: 'JOBS_NOT_SUPPORTED' },
  );
  await queue.enqueue(pack, { order: 2 });
} else {
  await transact('ROLLBACK', (transaction) => queue.enqueue(pack, { order: 1 }, { transaction }));
  equal(await count(), 0);
  const mine = new Error('mine');
  const undone = queue.transaction(async (tx) => {
    await queue.enqueue(pack, { order: 1 }, { transaction: tx });
    throw mine;
  });
  await rejects(undone, mine);
  equal(await count(), 0);
  equal(await queue.transaction(() => 'committed'), 'committed');
  await transact('COMMIT', async (transaction) => {
    await queue.enqueue(pack, { order: 2 }, { transaction });
    equal(await count(), 0); // nobody sees it yet
  });
}
equal(await count(), 1);
await queue.close();
