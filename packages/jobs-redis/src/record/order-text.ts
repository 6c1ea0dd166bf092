import type { JobOrder } from '@philjs/jobs-core/backend';
import { fromText, toText } from '@philjs/jobs-core/internal';

/**
 * Writes the facts that orders sort a job by, as its field `pj:order`: weight, deadline and key, separated by commas;
 * empty for nothing.
 */
export function encodeOrder(order: JobOrder | undefined): string {
  if (order === undefined) return '';
  const { fairKey, weight, deadlineAt } = order;
  const key = fairKey === undefined ? '' : toText(fairKey);
  const text = `${weight ?? ''},${deadlineAt ?? ''},${key}`;
  return text === ',,' ? '' : text;
}

/** Reads that field. */
export function decodeOrder(text: string): JobOrder {
  const [, weight, deadlineAt, key] = /^([^,]*),([^,]*),(.*)$/s.exec(text) ?? [];
  return {
    ...(key && { fairKey: fromText(key) }),
    ...(weight && { weight: Number(weight) }),
    ...(deadlineAt && { deadlineAt: Number(deadlineAt) }),
  };
}
