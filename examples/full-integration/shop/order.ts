import { z } from 'zod';

/** Validates the body of `POST /orders`. */
export const orderRequest = z.object({
  customer: z.email(),
  card: z.string().regex(/^\d{4}$/, 'the last four digits of the card'),
  items: z
    .array(z.object({ sku: z.string().min(1), quantity: z.int().min(1).max(20) }))
    .min(1)
    .max(50),
});

/** Describes an order as the customer sends it. */
export type OrderRequest = z.infer<typeof orderRequest>;

/** Names the status of an order. */
export type OrderStatus = 'placed' | 'paid' | 'shipped' | 'declined';

/** Describes an order in the book. */
export interface Order extends OrderRequest {
  readonly id: string;
  /** In cents. */
  readonly total: number;
  readonly status: OrderStatus;
  readonly placedAt: number;
}
