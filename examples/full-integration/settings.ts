import { join } from 'node:path';
import { z } from 'zod';

const schema = z.object({
  /** The port of the API; 0 takes a free port. */
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  /** The folder for the order book, receipts and reports. */
  SHOP_FOLDER: z.string().default(join(import.meta.dirname, 'out')),
  /** The address of the bank. Without it, a bank runs in this process. */
  BANK_URL: z.url().optional(),
  /** The time between two searches for orders left behind, in milliseconds. */
  PICK_UP_EVERY: z.coerce.number().int().min(100).default(60_000),
  /** Opens the dashboard under /jobs. Without it there is none. */
  DASHBOARD_PASSWORD: z.string().min(8).optional(),
  /** The file for spans. Without it there is no tracing. */
  TRACE_FILE: z.string().optional(),
});

/** The settings of the shop. They do not include `REDIS_URL`, which `createQueue` reads itself. */
export type Settings = z.infer<typeof schema>;

/** Reads the settings from the environment. */
export function readSettings(): Settings {
  return schema.parse(process.env);
}
