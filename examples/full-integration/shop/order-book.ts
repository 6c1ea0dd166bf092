import { DatabaseSync } from 'node:sqlite';
import type { Order, OrderRequest } from './order.ts';
import { Stock } from './stock.ts';

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA busy_timeout = 5000;
  CREATE TABLE IF NOT EXISTS orders (
    id TEXT PRIMARY KEY, request_key TEXT UNIQUE, request TEXT NOT NULL, total INTEGER NOT NULL,
    placed_at INTEGER NOT NULL, declined_at INTEGER, paid_at INTEGER, packed_at INTEGER, receipt_at INTEGER
  ) STRICT;
`;

/** The steps of an order; each is done once. */
export type Step = 'declined' | 'paid' | 'packed' | 'receipt';

/** Stores the orders of the shop in a file, so that they outlive processes and several processes can share them. */
export class OrderBook {
  readonly stock: Stock;
  readonly #db: DatabaseSync;

  constructor(file: string) {
    this.#db = new DatabaseSync(file);
    this.#db.exec(SCHEMA);
    this.stock = new Stock(this.#db);
  }

  /**
   * Stores an order. The same key returns the same order, however often a browser sends it.
   *
   * @throws Error when an item in it is not sold here
   */
  place(request: OrderRequest, key: string | undefined): Order {
    const total = request.items.reduce(
      (sum, { sku, quantity }) => sum + quantity * this.stock.price(sku),
      0,
    );
    const id = crypto.randomUUID();
    this.#db
      .prepare(
        `INSERT INTO orders (id, request_key, request, total, placed_at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (request_key) DO NOTHING`,
      )
      .run(id, key ?? null, JSON.stringify(request), total, Date.now());
    const stored = this.#db
      .prepare('SELECT * FROM orders WHERE id = ? OR request_key = ?')
      .get(id, key ?? null);
    if (stored === undefined) throw new Error(`Order ${id} was not stored`);
    return toOrder(stored);
  }

  /** Finds an order. */
  find(id: string): Order | undefined {
    const row = this.#db.prepare('SELECT * FROM orders WHERE id = ?').get(id);
    return row && toOrder(row);
  }

  /** Reads an order that must be there. */
  get(id: string): Order {
    const order = this.find(id);
    if (order === undefined) throw new Error(`There is no order ${id}`);
    return order;
  }

  /** Records that a step is done; returns false when it was done before. */
  mark(id: string, step: Step): boolean {
    const column = `${step}_at`;
    const update = this.#db.prepare(
      `UPDATE orders SET ${column} = ? WHERE id = ? AND ${column} IS NULL`,
    );
    return update.run(Date.now(), id).changes === 1;
  }

  /**
   * Takes the items of an order from the stock, all or none, and records that it is packed. A second call
   * changes nothing. Returns false when the stock is too low.
   */
  pack(id: string): boolean {
    const { items } = this.get(id);
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const packed = !this.mark(id, 'packed') || this.stock.take(items);
      this.#db.exec(packed ? 'COMMIT' : 'ROLLBACK');
      return packed;
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  /** Lists the orders that are not done and were placed before a time, oldest first. */
  unfinished(placedBefore: number): readonly Order[] {
    return this.#db
      .prepare(
        `SELECT * FROM orders WHERE placed_at <= ? AND declined_at IS NULL
         AND (packed_at IS NULL OR receipt_at IS NULL) ORDER BY placed_at LIMIT 500`,
      )
      .all(placedBefore)
      .map(toOrder);
  }

  /** Returns the number of orders placed in a span of time, and the amount paid for them. */
  sales(from: number, to: number): { readonly orders: number; readonly cents: number } {
    const row = this.#db
      .prepare(
        `SELECT count(*) AS orders, coalesce(sum(total) FILTER (WHERE paid_at IS NOT NULL), 0) AS cents
         FROM orders WHERE placed_at >= ? AND placed_at < ?`,
      )
      .get(from, to);
    return { orders: Number(row?.['orders']), cents: Number(row?.['cents']) };
  }

  close(): void {
    this.#db.close();
  }
}

function toOrder(row: Readonly<Record<string, unknown>>): Order {
  const status =
    row['declined_at'] !== null
      ? 'declined'
      : row['packed_at'] !== null
        ? 'shipped'
        : row['paid_at'] !== null
          ? 'paid'
          : 'placed';
  return {
    ...(JSON.parse(String(row['request'])) as OrderRequest),
    id: String(row['id']),
    total: Number(row['total']),
    status,
    placedAt: Number(row['placed_at']),
  };
}
