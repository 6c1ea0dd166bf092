import { describe, expect, it } from 'vitest';
import { defineBenchmark } from '../benchmark/benchmark.ts';
import { jobsPerSecond } from '../benchmark/figure.ts';
import { markdownOf } from './markdown.ts';
import { type Conditions, toResult } from './result.ts';

const conditions: Conditions = {
  takenAt: '2026-03-01T12:00:00.000Z',
  size: 'full',
  rounds: 3,
  machine: { cpu: 'A', cores: 2, memoryGiB: 8, system: 'linux x64', node: '24.0.0', v8: '13' },
  versions: { bullmq: '1.0.0' },
  load: { before: 0.1, after: 1.2 },
};

const target = { contender: 'peer', figure: 'jobsPerSecond' } as const;
const benchmark = defineBenchmark({
  name: 'sample',
  title: 'a sample',
  method: 'By hand.',
  ratioTitle: 'ours : it',
  figures: [jobsPerSecond],
  targets: [
    { ...target, title: 'as fast', case: 'one', of: 'ratio', atLeast: 1 },
    { ...target, title: 'as fast elsewhere', case: 'two', of: 'ratio', atLeast: 1 },
    { ...target, title: 'as fast overall', of: 'ratio', atLeast: 1 },
    { ...target, title: 'a slow peer', case: 'one', of: 'median', atMost: 150 },
    { ...target, title: 'not measured', case: 'three', of: 'median', atLeast: 0 },
  ],
  rounds: { tiny: 1, quick: 1, full: 1 },
  cases: () => [],
  measure: async () => ({}),
});

const samplesOf = (...values: readonly number[]): { jobsPerSecond: number }[] =>
  values.map((value) => ({ jobsPerSecond: value }));
const caseOf = (
  title: string,
  ours: readonly number[],
  its: readonly number[],
): Parameters<typeof toResult>[1][number] => ({
  title,
  contenders: [
    { id: 'ours', samples: samplesOf(...ours) },
    { id: 'peer', samples: samplesOf(...its) },
  ],
});

const result = toResult(
  benchmark,
  [caseOf('one', [200, 100, 400], [100, 100, 100]), caseOf('two', [50, 50, 50], [200, 100, 100])],
  conditions,
);

describe('a result', () => {
  it('holds medians, quartiles and the median of the ratios of each round', () => {
    const [ours, peer] = result.cases[0]?.contenders ?? [];
    expect(ours?.figures['jobsPerSecond']).toEqual({
      samples: [200, 100, 400],
      summary: { median: 200, low: 150, high: 300 },
    });
    expect(peer?.figures['jobsPerSecond']?.ratio).toEqual({ median: 2, low: 1.5, high: 3 });
  });

  it('turns ratios around where the others are compared with the subject', () => {
    const turned = toResult(
      { ...benchmark, ratiosTurned: true },
      [caseOf('one', [200, 200], [100, 100])],
      conditions,
    );
    expect(turned.cases[0]?.contenders[1]?.figures['jobsPerSecond']?.ratio?.median).toBe(0.5);
  });

  it('shows many figures of one contender below each other', () => {
    const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const many = {
      ...benchmark,
      figures: keys.map((key) => ({ ...jobsPerSecond, key, title: `figure ${key}` })),
      targets: [],
    };
    const samples = [Object.fromEntries(keys.map((key, index) => [key, index]))];
    const alone = [{ title: '', contenders: [{ id: 'ours', samples }] }];
    const text = markdownOf(many, toResult(many, alone, conditions));
    expect(text).toContain('|  | ours |');
    expect(text).toContain('| figure c | 2 |');
  });

  it('judges each target by its bound, over all cases by the geometric mean', () => {
    expect(result.verdicts.map(({ met }) => met)).toEqual([true, false, true, true, false]);
    expect(result.verdicts[2]?.value).toBeCloseTo(1);
    expect(result.verdicts[4]?.value).toBeUndefined();
  });

  it('is shown as a table with spread and ratios, on a terminal and in Markdown', () => {
    for (const text of [markdownOf(benchmark, result, true), markdownOf(benchmark, result)]) {
      expect(text).toContain('200 ±38 %');
      expect(text).toContain('2.00 (1.50–3.00)');
      expect(text).toContain('MISSED: as fast elsewhere: wanted ≥ 1, got 0.5');
      expect(text).toContain('load 0.1 before and 1.2 after');
    }
  });
});
