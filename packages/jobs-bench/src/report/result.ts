import type { Benchmark, Size } from '../benchmark/benchmark.ts';
import { ratios } from '../harness/compare.ts';
import type { Machine } from '../harness/machine.ts';
import type { CaseSamples, ContenderSamples } from '../harness/run-benchmark.ts';
import { type Summary, summarise } from '../harness/statistics.ts';
import { judge, type Verdict } from './judge.ts';

/** One figure of one contender. */
export interface FigureResult {
  /** One a round, in their order. */
  readonly samples: readonly number[];
  readonly summary: Summary;
  /** The subject against this contender, round by round; absent for the subject itself. */
  readonly ratio?: Summary;
}

/** What came of one contender of a case. */
export interface ContenderResult {
  readonly id: string;
  readonly figures: { readonly [key: string]: FigureResult };
}

/** What came of one case. */
export interface CaseResult {
  readonly title: string;
  readonly contenders: readonly ContenderResult[];
}

/** Under which conditions a result was taken. */
export interface Conditions {
  /** When, as an ISO date. */
  readonly takenAt: string;
  readonly size: Size;
  readonly rounds: number;
  readonly machine: Machine;
  readonly versions: { readonly [name: string]: string };
  /** The machine's load averages of a minute, before and after: what else ran meanwhile. */
  readonly load: { readonly before: number; readonly after: number };
}

/** What came of a benchmark: this is what is written as JSON. */
export interface BenchmarkResult {
  readonly benchmark: string;
  readonly title: string;
  readonly conditions: Conditions;
  readonly cases: readonly CaseResult[];
  readonly verdicts: readonly Verdict[];
}

/** Works out medians, spreads, ratios and verdicts from the samples. */
export function toResult(
  benchmark: Benchmark,
  samples: readonly CaseSamples[],
  conditions: Conditions,
): BenchmarkResult {
  const cases = samples.map(({ title, contenders }) => ({
    title,
    contenders: contenders.map((contender) => ({
      id: contender.id,
      figures: figuresOf(benchmark, contender, contenders[0]),
    })),
  }));
  const { name, title, targets } = benchmark;
  const verdicts = targets.map((target) => judge(target, cases));
  return { benchmark: name, title, conditions, cases, verdicts };
}

function figuresOf(
  { figures, ratiosTurned = false }: Benchmark,
  contender: ContenderSamples,
  subject: ContenderSamples | undefined,
): ContenderResult['figures'] {
  const results: { [key: string]: FigureResult } = {};
  for (const { key, better } of figures) {
    const own = valuesOf(contender, key);
    if (own.length === 0) continue;
    const summary = summarise(own);
    const against =
      subject === undefined || subject === contender
        ? []
        : ratios(
            valuesOf(subject, key),
            own,
            (better === 'higher') !== ratiosTurned ? 'higher' : 'lower',
          );
    results[key] = {
      samples: own,
      summary,
      ...(against.length > 0 && { ratio: summarise(against) }),
    };
  }
  return results;
}

/** A contender that cannot give a figure leaves it out. */
function valuesOf({ samples }: ContenderSamples, key: string): number[] {
  return samples.flatMap((measured) => measured[key] ?? []);
}
