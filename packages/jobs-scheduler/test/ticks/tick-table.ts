import { readFileSync } from 'node:fs';

/** When a pattern ticks in a zone, as another program worked it out. */
export interface TickLine {
  readonly zone: string;
  readonly pattern: string;
  /** `default`, `skip` and `run-twice` for fixed times; `interval` for the hours around changes of clocks. */
  readonly rule: string;
  /** Epoch milliseconds. */
  readonly ticks: readonly number[];
}

/** Reads the table that make-table.py wrote. */
export function readTickTable(): readonly TickLine[] {
  const text = readFileSync(new URL('./ticks.txt', import.meta.url), 'utf8');
  return text.trim().split('\n').map(readLine);
}

function readLine(text: string): TickLine {
  const [zone = '', pattern = '', rule = '', encoded = ''] = text.split('|');
  const [first, ...runs] = encoded.split(' ');
  const ticks = [Number(first) * 1000];
  for (const run of runs) {
    const [difference = 0, count = 0] = run.split('*').map(Number);
    for (let n = 0; n < count; n++) ticks.push((ticks.at(-1) ?? 0) + difference * 1000);
  }
  return { zone, pattern, rule, ticks };
}
