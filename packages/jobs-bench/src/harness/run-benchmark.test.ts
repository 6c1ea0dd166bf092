import { expect, it } from 'vitest';
import { defineBenchmark } from '../benchmark/benchmark.ts';
import { countSteps, runBenchmark } from './run-benchmark.ts';

const contender = (id: string): { id: string; params: { id: string } } => ({ id, params: { id } });
const benchmark = defineBenchmark<{ id: string }>({
  name: 'sample',
  title: 'a sample',
  method: '',
  ratioTitle: 'ours : it',
  figures: [{ key: 'order', title: 'order', unit: 'count', better: 'higher' }],
  targets: [],
  rounds: { tiny: 3, quick: 3, full: 3 },
  cases: () => [
    { title: 'first', contenders: ['a', 'b', 'c'].map(contender) },
    { title: 'second', contenders: ['d'].map(contender) },
  ],
  measure: async () => ({ order: 0 }),
});

it('measures every contender once a round, interleaved, beginning each round with another one', async () => {
  const order: string[] = [];
  const steps: string[] = [];
  const measured = await runBenchmark(benchmark, {
    size: 'tiny',
    rounds: 3,
    measure: async ({ id }) => ({ order: order.push(String(id)) }),
    onStep: (what) => steps.push(what),
  });
  expect(order.join('')).toBe('abcdbcadcabd');
  expect(steps).toHaveLength(countSteps(benchmark, 'tiny', 3));
  expect(measured[0]?.contenders.map(({ id, samples }) => [id, samples.length])).toEqual([
    ['a', 3],
    ['b', 3],
    ['c', 3],
  ]);
});

it('keeps the samples of a contender in the order of the rounds', async () => {
  let count = 0;
  const measured = await runBenchmark(benchmark, {
    size: 'tiny',
    rounds: 2,
    measure: async () => ({ order: ++count }),
  });
  const orders = measured[0]?.contenders.map(({ samples }) => samples.map((each) => each['order']));
  expect(orders).toEqual([
    [1, 7],
    [2, 5],
    [3, 6],
  ]);
});
