import { defineJob } from '@philjs/jobs-core';

/** The world outside: what the shop has, which cards the bank takes, whether mail goes out. */
export const world = {
  stock: new Map([['boat', 3]]),
  declined: new Set(['card-2']),
  mailGoesOut: false,
};

export const reserveStock = defineJob({
  name: 'reserve-stock',
  queue: 'orders',
  handler: ({ sku }: { readonly sku: string }) => {
    const left = world.stock.get(sku) ?? 0;
    if (left === 0) throw new Error(`no ${sku} left`);
    world.stock.set(sku, left - 1);
    return { shelf: `shelf of the ${sku}s` };
  },
});

export const chargeCard = defineJob({
  name: 'charge-card',
  queue: 'orders',
  attempts: 1,
  handler: ({ card, cents }: { readonly card: string; readonly cents: number }) => {
    if (world.declined.has(card)) throw new Error(`${card} was declined`);
    return { paid: cents };
  },
});

export const ship = defineJob({
  name: 'ship',
  queue: 'orders',
  handler: async ({ to }: { readonly to: string }, ctx) => {
    const done = await ctx.dependencies();
    const { shelf } = done.resultOf(reserveStock);
    const { paid } = done.resultOf(chargeCard);
    return `from the ${shelf} to ${to}, ${paid / 100} EUR paid`;
  },
});

export const mailReceipt = defineJob({
  name: 'mail-receipt',
  queue: 'orders',
  attempts: 1,
  deadLetter: 'dead',
  handler: ({ to }: { readonly to: string }) => {
    if (!world.mailGoesOut) throw new Error('the mail server does not answer');
    return `mailed to ${to}`;
  },
});

export const jobs = [reserveStock, chargeCard, ship, mailReceipt];
