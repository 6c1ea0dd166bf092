import type { JobOrder } from '@philjs/jobs-core/backend';
import { fromText } from '@philjs/jobs-core/internal';
import type { Row } from '../database/sqlite-file.ts';

/** Reads the facts by which a job is sorted. */
export function orderOf(row: Row): JobOrder | undefined {
  const { fair_key, weight, deadline_at } = row;
  if (fair_key === null && weight === null && deadline_at === null) return undefined;
  return {
    ...(fair_key !== null && { fairKey: fromText(String(fair_key)) }),
    ...(weight !== null && { weight: Number(weight) }),
    ...(deadline_at !== null && { deadlineAt: Number(deadline_at) }),
  };
}
