import type { Benchmark } from '../benchmark/benchmark.ts';

/** Returns the help text of the command. */
export function helpText(benchmarks: readonly Benchmark[]): string {
  return `Usage: pnpm bench [name …] [options]

Measures PhilJS Jobs and its peers interleaved, each measurement in a process of its own, and prints
medians, spreads and ratios. The medians of full runs are kept in
packages/jobs-bench/results, which \`pnpm docs:figures\` writes into the documents.

Names (\`memory\` is every memory-…; none at all is everything, which takes an hour and a half):
${listOf(benchmarks)}

Options:
  --quick          fewer jobs and rounds, to see where one stands; is not kept
  --rounds <n>     as many rounds instead of the benchmark's own
  --case <text>    only the cases whose titles hold this text; is not kept
  --list           lists the benchmarks and what each is to reach
  -h, --help       this

Examples:
  pnpm bench memory --quick
  pnpm bench memory-run --case "concurrency 16" --rounds 21

Ratios are worked out round by round and turned so that above 1 speaks for us. Close other programs
first: the load of the machine is written beside each result.`;
}

/** Lists benchmarks, one line each. */
export function listOf(benchmarks: readonly Benchmark[]): string {
  const width = Math.max(...benchmarks.map(({ name }) => name.length));
  return benchmarks.map(({ name, title }) => `  ${name.padEnd(width)}   ${title}`).join('\n');
}

/** Lists benchmarks with their targets. */
export function listWithTargets(benchmarks: readonly Benchmark[]): string {
  return benchmarks
    .flatMap(({ name, title, targets }) => [
      `${name}: ${title}`,
      ...targets.map((target) => `  ${target.title}`),
    ])
    .join('\n');
}
