/** A program that ends with an error when a job sees the async context that another one entered. */
export const isolationProgram = `
import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { defineJob } from '@philjs/jobs-core';
import { createQueue } from '@philjs/jobs-memory';

const storage = new AsyncLocalStorage();
const entering = defineJob({
  name: 'entering',
  handler: async (id) => {
    const seen = storage.getStore() ?? null;
    storage.enterWith(id);
    await new Promise((resolve) => setTimeout(resolve, 1));
    return seen;
  },
});
const queue = createQueue({ jobs: [entering], concurrency: 1 });
await storage.run('the worker', () => queue.process());
for (const id of ['first', 'second', 'third']) {
  const job = await storage.run('the producer', () => queue.enqueue(entering, id));
  assert.equal(await queue.waitFor(job), null);
}
await queue.close();
`;
