import type { OrderPolicy, QueueOrder } from '@philjs/jobs-core';
import type { Row } from '../database/sqlite-file.ts';

/** Reads the order of a queue from its row, if one is stored. */
export function toOrder(row: Row | undefined): QueueOrder | undefined {
  const { policy = null, age_per_priority: age = null } = row ?? {};
  if (policy === null) return undefined;
  return {
    policy: policy as OrderPolicy,
    ...(age !== null && { agePerPriority: Number(age) }),
  };
}
