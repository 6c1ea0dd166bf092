import type { Benchmark, Size } from '../benchmark/benchmark.ts';
import type { Machine } from '../harness/machine.ts';
import type { CaseSamples, ContenderSamples } from '../harness/run-benchmark.ts';
import { ratios, type Summary, summarise } from '../harness/statistics.ts';
import { judge, type Verdict } from './verdict.ts';

/** Holds one figure of one contender. */
export interface FigureResult {
  /** The samples, one per round, in order. */
  readonly samples: readonly number[];
  readonly summary: Summary;
  /** The ratio of the subject to this contender, round by round; absent for the subject itself. */
  readonly ratio?: Summary;
}

/** Holds the result of one contender of a case. */
export interface ContenderResult {
  readonly id: string;
  readonly figures: { readonly [key: string]: FigureResult };
}

/** Holds the result of one case. */
export interface CaseResult {
  readonly title: string;
  readonly contenders: readonly ContenderResult[];
}

/** Describes the conditions of a result. */
export interface Conditions {
  /** The time, as an ISO date. */
  readonly takenAt: string;
  readonly size: Size;
  readonly rounds: number;
  readonly machine: Machine;
  readonly versions: { readonly [name: string]: string };
  /** The machine's one-minute load averages before and after, which show what else ran meanwhile. */
  readonly load: { readonly before: number; readonly after: number };
}

/** Holds the result of a benchmark, as it is written to JSON. */
export interface BenchmarkResult {
  readonly benchmark: string;
  readonly title: string;
  readonly conditions: Conditions;
  readonly cases: readonly CaseResult[];
  readonly verdicts: readonly Verdict[];
}

/** Computes medians, spreads, ratios and verdicts from the samples. */
export function toResult(
  benchmark: Benchmark,
  samples: readonly CaseSamples[],
  conditions: Conditions,
): BenchmarkResult {
  const cases = samples.map(({ title, contenders: [subject, ...others] }) => ({
    title,
    contenders: [
      ...(subject === undefined ? [] : [toContender(benchmark, subject)]),
      ...others.map((other) => toContender(benchmark, other, subject)),
    ],
  }));
  const { name, title, targets } = benchmark;
  const verdicts = targets.map((target) => judge(target, cases));
  return { benchmark: name, title, conditions, cases, verdicts };
}

function toContender(
  { figures, ratiosTurned = false }: Benchmark,
  contender: ContenderSamples,
  subject?: ContenderSamples,
): ContenderResult {
  const results: { [key: string]: FigureResult } = {};
  for (const { key, better } of figures) {
    const samples = valuesOf(contender, key);
    if (samples.length === 0) continue;
    const against = subject === undefined ? [] : valuesOf(subject, key);
    const each = ratios(against, samples, ratiosTurned ? OPPOSITE[better] : better);
    const ratio = each.length > 0 && { ratio: summarise(each) };
    results[key] = { samples, summary: summarise(samples), ...ratio };
  }
  return { id: contender.id, figures: results };
}

const OPPOSITE = { higher: 'lower', lower: 'higher' } as const;

/** Returns the samples of a figure; a contender that cannot measure it has none. */
function valuesOf({ samples }: ContenderSamples, key: string): number[] {
  return samples.flatMap((measured) => measured[key] ?? []);
}
