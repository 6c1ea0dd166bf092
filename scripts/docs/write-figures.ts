// Writes what the benchmarks have measured against their targets into docs/guarantees-and-limits.md.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup/workspace.js';

interface Result {
  readonly benchmark: string;
  readonly title: string;
  readonly conditions: {
    readonly takenAt: string;
    readonly size: string;
    readonly machine: { readonly cores: number; readonly node: string };
    readonly load: { readonly before: number };
  };
  readonly verdicts: readonly Verdict[];
}

interface Verdict {
  readonly title: string;
  readonly wanted: string;
  readonly value: number;
  readonly met: boolean;
}

const document = join(root, 'docs/guarantees-and-limits.md');
const folder = join(root, 'packages/jobs-bench/results');
const begin = '<!-- figures: written by `pnpm docs:figures` -->\n';
const end = '<!-- end of figures -->';

const results = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .sort()
  .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Result);
const table = [
  '| Benchmark | Figure | Wanted | Measured | | Taken |',
  '|---|---|---|---|---|---|',
  ...results.flatMap(rowsOf),
];

const text = readFileSync(document, 'utf8');
const [before = '', rest] = text.split(begin);
const after = rest?.split(end).at(1);
if (after === undefined) throw new Error(`${document} has no place for figures.`);
writeFileSync(document, `${before}${begin}\n${table.join('\n')}\n\n${end}${after}`);

function rowsOf({ benchmark, title, conditions, verdicts }: Result): string[] {
  const { takenAt, size, machine, load } = conditions;
  const how = size === 'full' ? '' : `, ${size}`;
  const taken = `${takenAt.slice(0, 10)}, ${machine.cores} cores under a load of ${load.before}, Node ${machine.node}${how}`;
  return verdicts.map(
    ({ title: figure, wanted, value, met }) =>
      `| ${benchmark}: ${title} | ${figure} | ${wanted} | ${round(value)} | ${met ? 'met' : '**missed**'} | ${taken} |`,
  );
}

function round(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : 2;
  return Number(value.toFixed(digits)).toLocaleString('en');
}
