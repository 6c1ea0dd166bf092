import type { DatabaseSync } from 'node:sqlite';
import type { OrderRequest } from './order.ts';

/** An item is ordered again when fewer than this are left. */
const LOW = 10;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS stock (sku TEXT PRIMARY KEY, price INTEGER NOT NULL, left INTEGER NOT NULL) STRICT;
  INSERT OR IGNORE INTO stock VALUES ('darjeeling', 1480, 40), ('sencha', 1190, 40), ('rooibos', 620, 12);
  CREATE TABLE IF NOT EXISTS deliveries (id TEXT PRIMARY KEY) STRICT;
`;

/** Stores the quantities and prices of the shop's items. */
export class Stock {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    db.exec(SCHEMA);
  }

  /** Reads a price in cents. @throws Error when the item is not sold here */
  price(sku: string): number {
    const row = this.#db.prepare('SELECT price FROM stock WHERE sku = ?').get(sku);
    if (row === undefined) throw new UnknownSkuError(sku);
    return Number(row['price']);
  }

  /** Returns how many of an item are left. */
  left(sku: string): number {
    return Number(this.#db.prepare('SELECT left FROM stock WHERE sku = ?').get(sku)?.['left'] ?? 0);
  }

  /** Takes items out; returns false when there are not enough, and then the caller rolls back. */
  take(items: OrderRequest['items']): boolean {
    const take = this.#db.prepare('UPDATE stock SET left = left - ? WHERE sku = ? AND left >= ?');
    return items.every(({ sku, quantity }) => take.run(quantity, sku, quantity).changes === 1);
  }

  /** Adds a delivery to the stock. A delivery with an id that was added before is ignored. */
  deliver(id: string, sku: string, quantity: number): void {
    const isNew = this.#db.prepare('INSERT OR IGNORE INTO deliveries VALUES (?)').run(id).changes;
    if (isNew === 0) return;
    this.#db.prepare('UPDATE stock SET left = left + ? WHERE sku = ?').run(quantity, sku);
  }

  /** Lists the items that run low. */
  low(): readonly string[] {
    const rows = this.#db.prepare('SELECT sku FROM stock WHERE left < ? ORDER BY sku').all(LOW);
    return rows.map(({ sku }) => String(sku));
  }
}

/** Reports an item that is not sold here. */
export class UnknownSkuError extends Error {
  override readonly name = 'UnknownSkuError';

  constructor(sku: string) {
    super(`There is no ${sku} in this shop`);
  }
}
