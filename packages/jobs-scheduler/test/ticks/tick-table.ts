import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** When a pattern ticks in a zone, as another program worked it out. */
export interface TickLine {
  readonly zone: string;
  readonly pattern: string;
  /**
   * `default`, `skip` and `run-twice` for fixed times; `interval` and `list` for the hours around changes of
   * clocks, the second where a rule makes a fixed time of the pattern.
   */
  readonly rules: readonly string[];
  /** Epoch milliseconds: all ticks of ten years, or those around each change. */
  readonly spans: readonly (readonly number[])[];
}

/** Reads the table that make-table.py wrote. */
export function readTickTable(): readonly TickLine[] {
  const text = gunzipSync(readFileSync(new URL('./ticks.txt.gz', import.meta.url))).toString();
  return text.trim().split('\n').map(readLine);
}

function readLine(text: string): TickLine {
  const [zone = '', pattern = '', rules = '', spans = ''] = text.split('|');
  return { zone, pattern, rules: rules.split(','), spans: spans.split(';').map(readSpan) };
}

function readSpan(text: string): readonly number[] {
  const [first, ...runs] = text.split(' ');
  const ticks = [Number(first) * 1000];
  for (const run of runs) {
    const [difference = 0, count = 0] = run.split('*').map(Number);
    for (let n = 0; n < count; n++) ticks.push((ticks.at(-1) ?? 0) + difference * 1000);
  }
  return ticks;
}
