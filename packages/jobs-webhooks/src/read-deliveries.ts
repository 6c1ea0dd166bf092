import type { IQueue } from '@philjs/jobs-core';
import { invalidArgument } from '@philjs/jobs-core/backend';
import { checkOptions } from '@philjs/jobs-core/internal';
import { type DeliveryList, type DeliveryQuery, toDelivery } from './delivery.ts';
import { DELIVERY_JOBS, type DeliveryPayload } from './delivery-job.ts';
import { type Endpoint, keyOf } from './webhooks-options.ts';

/** Reads a page of messages from the queue that sends them. */
export async function readDeliveries(
  target: IQueue,
  endpoints: readonly Endpoint[],
  query: DeliveryQuery,
): Promise<DeliveryList> {
  checkOptions('query', query, ['status', 'url', 'limit', 'cursor']);
  const { status, url, limit, cursor } = query;
  const only = url === undefined ? undefined : findEndpoint(endpoints, url).key;
  const name = Object.values(DELIVERY_JOBS);
  const page = await target.getJobs({ name, status, limit, cursor });
  const deliveries = page.jobs
    .filter(({ payload }) => only === undefined || (payload as DeliveryPayload).endpoint === only)
    .map((job) => toDelivery(job, endpoints));
  return page.cursor === undefined ? { deliveries } : { deliveries, cursor: page.cursor };
}

/**
 * Finds a receiver by its URL.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` when there is none
 */
export function findEndpoint(endpoints: readonly Endpoint[], url: string): Endpoint {
  const found = endpoints.find(({ key }) => key === keyIn(url));
  if (found !== undefined) return found;
  throw invalidArgument('url', 'that of one of the receivers', 'another one');
}

function keyIn(url: unknown): string | undefined {
  try {
    return keyOf(new URL(url as string));
  } catch {
    return undefined;
  }
}
