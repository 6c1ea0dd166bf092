import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Describes an order as the shop stores it; amounts are in cents. */
export interface Order {
  readonly id: string;
  readonly placedAt: string;
  readonly customer: { readonly name: string; readonly email: string };
  readonly currency: string;
  readonly lines: readonly {
    readonly title: string;
    readonly quantity: number;
    readonly unitCents: number;
  }[];
  readonly shippingCents: number;
}

/** Reads an order. The shop's database is a folder here. */
export async function readOrder(id: string): Promise<Order> {
  const file = join(import.meta.dirname, 'orders', `${id}.json`);
  return JSON.parse(await readFile(file, 'utf8')) as Order;
}
