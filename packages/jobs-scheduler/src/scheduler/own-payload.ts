import type { IQueue } from '@philjs/jobs-core';
import type { OwnPayload } from '../plan/step.ts';
import { optionsGiven } from '../spec/given-options.ts';
import type { JobTemplate } from '../spec/job-template.ts';

/**
 * Checks the payload of a single run of a schedule, and works out from it what its job works out from each payload.
 *
 * @throws JobsError the errors of `enqueue` for a payload
 */
export async function ownPayload(
  queue: IQueue,
  template: JobTemplate,
  payload: unknown,
): Promise<OwnPayload> {
  const prepared = await queue.prepare(template.name, payload, optionsGiven(template));
  const { payload: stored, concurrencyKey, rateKey, order, tags, deduplication } = prepared;
  return {
    payload: stored,
    ...(concurrencyKey !== undefined && { concurrencyKey }),
    ...(rateKey !== undefined && { rateKey }),
    ...(order !== undefined && { order }),
    ...(tags !== undefined && { tags }),
    ...(deduplication !== undefined && { deduplication }),
  };
}
