import type { DatabaseSync } from 'node:sqlite';
import type { OrderRequest } from './order.ts';

/** Below this many left, more is ordered. */
const LOW = 10;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS stock (sku TEXT PRIMARY KEY, price INTEGER NOT NULL, left INTEGER NOT NULL) STRICT;
  INSERT OR IGNORE INTO stock VALUES ('darjeeling', 1480, 40), ('sencha', 1190, 40), ('rooibos', 620, 12);
  CREATE TABLE IF NOT EXISTS deliveries (id TEXT PRIMARY KEY) STRICT;
`;

/** What the shop has in store. */
export class Stock {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    db.exec(SCHEMA);
  }

  /** Reads a price in cents. @throws Error when it is not sold here */
  price(sku: string): number {
    const row = this.#db.prepare('SELECT price FROM stock WHERE sku = ?').get(sku);
    if (row === undefined) throw new UnknownSkuError(sku);
    return Number(row['price']);
  }

  /** Reads how many there are. */
  left(sku: string): number {
    return Number(this.#db.prepare('SELECT left FROM stock WHERE sku = ?').get(sku)?.['left'] ?? 0);
  }

  /** Takes items out; answers false when there are not enough, and the caller rolls back. */
  take(items: OrderRequest['items']): boolean {
    const take = this.#db.prepare('UPDATE stock SET left = left - ? WHERE sku = ? AND left >= ?');
    return items.every(({ sku, quantity }) => take.run(quantity, sku, quantity).changes === 1);
  }

  /** Puts a delivery into the store. One that was there already, by its id, is not counted again. */
  deliver(id: string, sku: string, quantity: number): void {
    const isNew = this.#db.prepare('INSERT OR IGNORE INTO deliveries VALUES (?)').run(id).changes;
    if (isNew === 0) return;
    this.#db.prepare('UPDATE stock SET left = left + ? WHERE sku = ?').run(quantity, sku);
  }

  /** Lists what is running out. */
  low(): readonly string[] {
    const rows = this.#db.prepare('SELECT sku FROM stock WHERE left < ? ORDER BY sku').all(LOW);
    return rows.map(({ sku }) => String(sku));
  }
}

/** Says that something is not sold here. */
export class UnknownSkuError extends Error {
  override readonly name = 'UnknownSkuError';

  constructor(sku: string) {
    super(`There is no ${sku} in this shop`);
  }
}
