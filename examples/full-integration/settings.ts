import { join } from 'node:path';
import { z } from 'zod';

const schema = z.object({
  /** Where the API listens; 0 takes a free port. */
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  /** Where the order book, receipts and reports are. */
  SHOP_FOLDER: z.string().default(join(import.meta.dirname, 'out')),
  /** The bank. Without one, a bank runs in this process. */
  BANK_URL: z.url().optional(),
  /** How often orders left behind are looked for, in milliseconds. */
  PICK_UP_EVERY: z.coerce.number().int().min(100).default(60_000),
  /** Opens the dashboard under /jobs. Without it there is none. */
  DASHBOARD_PASSWORD: z.string().min(8).optional(),
  /** Where spans are written to. Without it there is no tracing. */
  TRACE_FILE: z.string().optional(),
});

/** How the shop runs. `REDIS_URL` is not among it: `createQueue` reads that itself. */
export type Settings = z.infer<typeof schema>;

/** Reads the settings from the environment. */
export function readSettings(): Settings {
  return schema.parse(process.env);
}
