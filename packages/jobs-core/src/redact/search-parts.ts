import type { Job } from '../queue/job.ts';
import { entriesOf } from './entries-of.ts';
import type { Hides } from './job-mask.ts';
import { isQuotingError, type QuotingError } from './quoted-errors.ts';

/** The parts of a job that hold user data. */
export const PARTS = ['payload', 'metadata', 'result', 'progress'] as const;

/** The most values that are looked at in one list or object, in all, and the deepest. */
const MOST = { ofOne: 5000, ofAll: 10_000, depth: 100 } as const;

/** Holds what the parts of a job have that is not to be shown. */
export interface FoundParts {
  /** The values of hidden fields, those nearest to the root first. */
  readonly hidden: readonly unknown[];
  /** The errors in it that quote the error of another job. */
  readonly quoting: readonly QuotingError[];
}

/**
 * Searches the parts of a job for hidden fields, level by level: a long list does not keep it from those behind the
 * list, which are nearer to the root.
 */
export function searchParts(
  job: Partial<Pick<Job, (typeof PARTS)[number]>>,
  hides: Hides,
): FoundParts {
  const hidden: unknown[] = [];
  const quoting: QuotingError[] = [];
  const left: { readonly value: object; readonly path: readonly string[] }[] = [];
  const look = (value: unknown, path: readonly string[], label?: string): void => {
    if (hides(path, label)) hidden.push(value);
    else if (typeof value === 'object' && value !== null) left.push({ value, path });
  };
  for (const part of PARTS) look(job[part], [part]);
  let looks = 0;
  for (const { value, path } of left) {
    if (isQuotingError(value)) quoting.push(value);
    if (path.length >= MOST.depth) continue;
    let ofOne = 0;
    for (const [key, inner, label] of entriesOf(value, path)) {
      if (ofOne >= MOST.ofOne || looks >= MOST.ofAll) break;
      ofOne += 1;
      looks += 1;
      look(inner, [...path, key], label);
    }
  }
  return { hidden, quoting };
}
