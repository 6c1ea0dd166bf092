import type { BenchResult } from './bench-results.ts';

const begin = '<!-- figures: written by `pnpm docs:figures` -->\n';
const end = '<!-- end of figures -->';

/** Puts the table of all targets, and what they were measured on, into its place in a document, if it has one. */
export function withFiguresTable(text: string, results: readonly BenchResult[]): string {
  const [before = '', rest] = text.split(begin);
  const after = rest?.split(end).at(1);
  if (after === undefined) return text;
  const table = [
    '| Benchmark | Figure | Measured (wanted) |',
    '|---|---|---|',
    ...results.flatMap(rowsOf),
  ];
  const body = [table.join('\n'), conditionsOf(results)].join('\n\n');
  return `${before}${begin}\n${body}\n\n${end}${after}`;
}

function rowsOf({ benchmark, verdicts }: BenchResult): string[] {
  return verdicts.map(({ title, wanted, value, met }, index) => {
    const measured = met ? round(value) : `**${round(value)}**`;
    const name = index === 0 ? benchmark : '';
    return `| ${name} | ${title} | ${measured} (${wanted.replace(' ', '')}) |`;
  });
}

/** Names when, on which machines and beside what it was measured, each once. */
function conditionsOf(results: readonly BenchResult[]): string {
  const all = results.map(({ conditions }) => conditions);
  const days = all.map(({ takenAt }) => takenAt.slice(0, 10)).sort();
  const loads = all.map(({ load }) => load.before).sort((a, b) => a - b);
  const machines = all.map(
    ({ machine: { cpu, cores, node } }) => `${cpu}, ${cores} cores, Node ${node}`,
  );
  const versions = all.flatMap((one) =>
    Object.entries(one.versions).map(([name, version]) => `${name} ${version}`),
  );
  return `Taken from ${days[0]} to ${days.at(-1)} on ${unique(machines).join('; ')}, with ${unique(versions).join(', ')}, at a load of ${loads[0]} to ${loads.at(-1)} before.`;
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}

function round(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : 2;
  return Number(value.toFixed(digits)).toLocaleString('en');
}
