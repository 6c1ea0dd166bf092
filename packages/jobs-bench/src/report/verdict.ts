import type { Target } from '../benchmark/target.ts';
import { geometricMean } from '../harness/statistics.ts';
import type { CaseResult } from './result.ts';

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
  const { title, atLeast = -Infinity, atMost = Infinity } = target;
  const bounds = [
    ...(atLeast > -Infinity ? [`≥ ${round(atLeast)}`] : []),
    ...(atMost < Infinity ? [`≤ ${round(atMost)}`] : []),
  ];
  const wanted = bounds.join(' and ');
  const values = cases
    .filter((each) => target.case === undefined || each.title === target.case)
    .flatMap(({ contenders }) => contenders.filter(({ id }) => id === target.contender))
    .map(({ figures }) => figures[target.figure])
    .flatMap((figure) => (target.of === 'median' ? figure?.summary : figure?.ratio)?.median ?? []);
  const [first] = values;
  if (first === undefined) return { title, wanted, met: false };
  const value = target.case === undefined ? geometricMean(values) : first;
  return { title, wanted, value, met: value >= atLeast && value <= atMost };
}

function round(bound: number): number {
  return Math.round(bound * 1000) / 1000;
}
