import { defineJob } from '@philjs/jobs-core';

/** Packs an order; in a process that is started with `hang` it never ends. */
export const pack = defineJob({
  name: 'pack',
  handler: async ({ order }: { order: number }) => {
    console.log(`packing order ${order}`);
    if (process.argv[2] === 'hang') await new Promise(() => setInterval(() => undefined, 1000));
    return { order };
  },
});
