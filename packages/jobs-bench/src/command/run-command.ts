import type { Benchmark, Size, Surroundings } from '../benchmark/benchmark.ts';
import { describeMachine, loadOfLastMinute, peerVersions } from '../harness/machine.ts';
import { measureApart } from '../harness/measure-apart.ts';
import { startServers } from '../harness/own-servers.ts';
import { countSteps, runBenchmark } from '../harness/run-benchmark.ts';
import { benchmarks } from '../registry.ts';
import { markdownOf } from '../report/markdown.ts';
import { type BenchmarkResult, toResult } from '../report/result.ts';
import { saveResult } from '../report/result-files.ts';
import { helpText, listWithTargets } from './help-text.ts';
import { type Progress, showProgress } from './progress.ts';
import { type Arguments, readArguments } from './read-arguments.ts';
import { selectBenchmarks, selectCases } from './select-benchmarks.ts';
import { BenchUsageError } from './usage-error.ts';

/** Runs the command; returns the exit code: 0, 1 when it failed, 2 for bad usage. */
export async function runCommand(args: readonly string[]): Promise<number> {
  try {
    const asked = readArguments(args);
    const selected = selectCases(selectBenchmarks(asked.names, benchmarks), asked.only);
    if (asked.help) console.log(helpText(benchmarks));
    else if (asked.list) console.log(listWithTargets(selected));
    else await runAll(selected, asked);
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    if (!(error instanceof BenchUsageError)) return 1;
    console.error('`pnpm bench --help` says what there is.');
    return 2;
  }
}

async function runAll(selected: readonly Benchmark[], asked: Arguments): Promise<void> {
  const servers = await startServers(selected);
  try {
    await runEach(selected, asked, servers.surroundings);
  } finally {
    await servers.stop();
  }
}

async function runEach(
  selected: readonly Benchmark[],
  asked: Arguments,
  surroundings: Surroundings,
): Promise<void> {
  const { size } = asked;
  const plan = selected.map((benchmark) => ({
    benchmark,
    rounds: asked.rounds ?? benchmark.rounds[size],
  }));
  const total = plan.reduce((sum, { benchmark, rounds }) => {
    return sum + countSteps(benchmark, size, rounds);
  }, 0);
  let progress = showProgress(total);
  let left = total;
  for (const { benchmark, rounds } of plan) {
    const result = await run(benchmark, { size, rounds, surroundings, progress });
    progress.end();
    console.log(markdownOf(benchmark, result, true));
    console.log(`Written to ${saveResult(result, asked.only === undefined)}\n`);
    left -= countSteps(benchmark, size, rounds);
    if (left > 0) progress = showProgress(left);
  }
}

interface RunSettings {
  readonly size: Size;
  readonly rounds: number;
  readonly surroundings: Surroundings;
  readonly progress: Progress;
}

async function run(
  benchmark: Benchmark,
  { size, rounds, surroundings, progress }: RunSettings,
): Promise<BenchmarkResult> {
  const before = loadOfLastMinute();
  const samples = await runBenchmark(benchmark, {
    size,
    rounds,
    measure: (params) => measureApart({ benchmark: benchmark.name, params, ...surroundings }),
    onStep: progress.step,
  });
  return toResult(benchmark, samples, {
    takenAt: new Date().toISOString(),
    size,
    rounds,
    machine: describeMachine(),
    versions: peerVersions(),
    load: { before, after: loadOfLastMinute() },
  });
}
