import type { Target } from '../benchmark/target.ts';
import { geometricMean } from '../harness/statistics.ts';
import type { CaseResult, FigureResult } from './result.ts';

/** Says whether a target was met, and by which value. */
export interface Verdict {
  readonly title: string;
  /** The bound in words, as in `≥ 1`. */
  readonly wanted: string;
  /** The measured value; absent when the case was not part of the run. */
  readonly value?: number;
  readonly met: boolean;
}

/** Compares a target with the results. A target whose case was not measured is not met. */
export function judge(target: Target, cases: readonly CaseResult[]): Verdict {
  const { title, atLeast, atMost } = target;
  const values = cases
    .filter((each) => target.case === undefined || each.title === target.case)
    .flatMap(({ contenders }) => contenders.filter(({ id }) => id === target.contender))
    .flatMap(({ figures }) => pick(figures[target.figure], target.of) ?? []);
  const wanted = [
    ...(atLeast === undefined ? [] : [`≥ ${atLeast}`]),
    ...(atMost === undefined ? [] : [`≤ ${atMost}`]),
  ].join(' and ');
  if (values.length === 0) return { title, wanted, met: false };
  const value = target.case === undefined ? geometricMean(values) : (values[0] as number);
  const met = value >= (atLeast ?? -Infinity) && value <= (atMost ?? Infinity);
  return { title, wanted, value, met };
}

function pick(result: FigureResult | undefined, of: Target['of']): number | undefined {
  return of === 'median' ? result?.summary.median : result?.ratio?.median;
}
