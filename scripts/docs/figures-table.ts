import type { BenchResult } from './bench-results.ts';

const begin = '<!-- figures: written by `pnpm docs:figures` -->\n';
const end = '<!-- end of figures -->';

/** Puts the table of all targets, and what they were measured on, into its place in a document, if it has one. */
export function withFiguresTable(text: string, results: readonly BenchResult[]): string {
  const [before = '', rest] = text.split(begin);
  const after = rest?.split(end).at(1);
  if (after === undefined) return text;
  const table = [
    '| Benchmark | Figure | Wanted | Measured | | Taken |',
    '|---|---|---|---|---|---|',
    ...results.flatMap(rowsOf),
  ];
  const body = [table.join('\n'), conditionsOf(results)].join('\n\n');
  return `${before}${begin}\n${body}\n\n${end}${after}`;
}

function rowsOf({ benchmark, title, conditions, verdicts }: BenchResult): string[] {
  const { takenAt, size, machine, load } = conditions;
  const how = size === 'full' ? '' : `, ${size}`;
  const taken = `${takenAt.slice(0, 10)}, load ${load.before}, Node ${machine.node}${how}`;
  return verdicts.map(
    ({ title: figure, wanted, value, met }) =>
      `| ${benchmark}: ${title} | ${figure} | ${wanted} | ${round(value)} | ${met ? 'met' : '**missed**'} | ${taken} |`,
  );
}

/** Names the machines and the versions of what was compared, each once. */
function conditionsOf(results: readonly BenchResult[]): string {
  const machines = results.map(({ conditions: { machine } }) =>
    [machine.cpu, `${machine.cores} cores`, `${machine.memoryGiB} GiB`, machine.system].join(', '),
  );
  const versions = results.flatMap(({ conditions }) =>
    Object.entries(conditions.versions).map(([name, version]) => `${name} ${version}`),
  );
  return `Measured on ${unique(machines).join('; ')}, with ${unique(versions).join(', ')}. Load is that of the minute before: above 0, others used the machine too.`;
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}

function round(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : 2;
  return Number(value.toFixed(digits)).toLocaleString('en');
}
