import type { Figure } from '../benchmark/figure.ts';

/**
 * Divides round by round, since a shared machine drifts more between rounds than within one. Above 1 the
 * subject is better, whichever direction of the figure is good. A round in which both values are 0 counts
 * as 1; rounds with a single 0 are left out, as no ratio describes them.
 */
export function ratios(
  subject: readonly number[],
  other: readonly number[],
  better: Figure['better'],
): number[] {
  return subject.flatMap((own, round) => {
    const its = other[round];
    if (its === undefined) return [];
    if (own === its) return [1];
    if (own <= 0 || its <= 0) return [];
    return [better === 'higher' ? own / its : its / own];
  });
}
