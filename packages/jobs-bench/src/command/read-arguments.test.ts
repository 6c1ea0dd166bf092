import { expect, it } from 'vitest';
import { benchmarks } from '../registry.ts';
import { readArguments } from './read-arguments.ts';
import { selectBenchmarks, selectCases } from './select-benchmarks.ts';
import { BenchUsageError } from './usage-error.ts';

it('reads names and options in any order, and passes over the separator of pnpm', () => {
  expect(readArguments(['--', 'memory', '--quick', '--rounds', '5', 'redis'])).toMatchObject({
    names: ['memory', 'redis'],
    size: 'quick',
    rounds: 5,
  });
});

it.each([['--fast'], ['--rounds', '0'], ['--rounds', 'many'], ['--rounds', '1.5']])(
  'refuses %s %s',
  (...args) => {
    expect(() => readArguments(args)).toThrow(BenchUsageError);
  },
);

it('selects one benchmark by its name, several by what their names begin with, all by none', () => {
  const names = (asked: readonly string[]): string[] =>
    selectBenchmarks(asked, benchmarks).map(({ name }) => name);
  expect(names(['memory-run'])).toEqual(['memory-run']);
  expect(names(['memory']).length).toBeGreaterThan(3);
  expect(names(['memory', 'memory-run'])).toEqual(names(['memory']));
  expect(names([])).toEqual(benchmarks.map(({ name }) => name));
});

it('names the benchmark a mistyped name was most likely meant to be', () => {
  expect(() => selectBenchmarks(['memroy-run'], benchmarks)).toThrow(/`memory-run`/);
});

it('names every benchmark once', () => {
  expect(new Set(benchmarks.map(({ name }) => name)).size).toBe(benchmarks.length);
});

it('selects cases by what their titles hold, and refuses a text that selects none', () => {
  const [left] = selectCases(selectBenchmarks(['memory'], benchmarks), 'flood');
  expect(left?.cases('quick').map(({ title }) => title)).toEqual(['flood, concurrency 16']);
  expect(selectCases(benchmarks, undefined)).toBe(benchmarks);
  expect(() => selectCases(benchmarks, 'no such case')).toThrow(BenchUsageError);
});
