import { readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../src/command/run-command.ts';
import { measureApart } from '../src/harness/measure-apart.ts';
import { type OwnServers, startServers } from '../src/harness/own-servers.ts';
import { benchmarks } from '../src/registry.ts';

let servers: OwnServers;

beforeAll(async () => {
  servers = await startServers(benchmarks);
});
afterAll(() => servers.stop());

/** The profiler of a process serves one at a time, and coverage is one. */
const apart = new Set(['memory-profile']);

describe.each(benchmarks)('$name', (benchmark) => {
  it('gives every figure for every contender', { timeout: 600_000 }, async () => {
    const cases = benchmark.cases('tiny');
    for (const { params } of cases.flatMap(({ contenders }) => contenders)) {
      const measured = apart.has(benchmark.name)
        ? await measureApart({ benchmark: benchmark.name, params, ...servers.surroundings })
        : await benchmark.measure(params, servers.surroundings);
      for (const { key } of benchmark.figures) expect(measured[key]).toSatisfy(Number.isFinite);
    }
  });

  it('aims its targets at what it measures', () => {
    const cases = benchmark.cases('full');
    for (const target of benchmark.targets) {
      const meant = cases.filter(({ title }) => target.case === undefined || title === target.case);
      const ids = meant.flatMap(({ contenders }) => contenders.map(({ id }) => id));
      expect(ids).toContain(target.contender);
      expect(benchmark.figures.map(({ key }) => key)).toContain(target.figure);
    }
  });
});

it('measures in a process of its own and says why one failed', async () => {
  const task = { benchmark: 'memory-heap', redisPort: 0, postgresUrl: '' };
  const measured = await measureApart({ ...task, params: { state: 'waiting', jobs: 1000 } });
  expect(measured['heapPerJob']).toBeGreaterThan(100);
  await expect(measureApart({ ...task, benchmark: 'nothing', params: {} })).rejects.toThrow(
    /There is no benchmark `nothing`/,
  );
});

it('runs what it is asked for, and keeps what came of it', async () => {
  const file = new URL('../.cache/results/memory-heap.json', import.meta.url);
  rmSync(file, { force: true });
  expect(await runCommand(['memory-heap', '--tiny', '--rounds', '2'])).toBe(0);
  const text = readFileSync(file, 'utf8');
  expect(JSON.parse(text)).toMatchObject({
    benchmark: 'memory-heap',
    conditions: { size: 'tiny', rounds: 2, machine: { node: process.versions.node } },
  });
  expect(text).not.toContain(process.cwd());
});

it.each([
  [['--help'], 0],
  [['--list'], 0],
  [['nothing'], 2],
  [['--nothing'], 2],
])('answers %j with the exit code %i', async (args, code) => {
  expect(await runCommand(args)).toBe(code);
});
