/**
 * Signed webhooks of PhilJS Jobs: deliveries by the Standard Webhooks specification, as jobs of their own.
 *
 * @packageDocumentation
 */

export { type AllowOptions, RefusedAddressError } from './address-rules.ts';
export { createWebhooks, type Webhooks } from './create-webhooks.ts';
export type { Delivery, DeliveryList, DeliveryQuery } from './delivery.ts';
export type {
  WebhookContent,
  WebhookEndpoint,
  WebhookEventName,
  WebhookRetry,
  WebhooksOptions,
} from './webhooks-options.ts';
