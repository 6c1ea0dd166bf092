import { describe, expect, it } from 'vitest';
import { cronTimetable } from '../../src/ticks/cron-timetable.ts';
import { dstRulesOf } from '../ticks/dst-rules.ts';
import { readTickTable } from '../ticks/tick-table.ts';

const lines = readTickTable();
const zones = [...new Set(lines.map(({ zone }) => zone))];
const patterns = new Set(lines.map(({ pattern }) => pattern));

describe('every tick of ten years, as zoneinfo has it', () => {
  it('covers 33 zones and 20 patterns', () => {
    expect(zones).toHaveLength(33);
    expect(patterns.size).toBe(20);
  });

  it.each(zones)('in %s, forwards and backwards', (zone) => {
    for (const { pattern, rules, spans } of lines.filter((line) => line.zone === zone)) {
      for (const dst of new Set(dstRulesOf(rules).filter((_, n) => n % 3 === 0))) {
        const timetable = cronTimetable(pattern, zone, dst);
        for (const ticks of spans) {
          const [first = 0, last = 0] = [ticks[0], ticks.at(-1)];
          const forwards: number[] = [];
          for (
            let at = timetable.next(first - 1);
            at !== undefined && at <= last;
            at = timetable.next(at)
          ) {
            forwards.push(at);
          }
          const where = `${pattern} ${dst}`;
          expect([where, forwards]).toEqual([where, ticks]);
          expect([where, timetable.latest(ticks.length + 1, first, last)]).toEqual([where, ticks]);
        }
      }
    }
  });
});
