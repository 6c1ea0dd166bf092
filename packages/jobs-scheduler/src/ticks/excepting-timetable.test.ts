import { describe, expect, it } from 'vitest';
import { timetableOf } from './timetable-of.ts';

const hour = (text: string): number => Date.parse(`${text}:00:00Z`);

describe('a schedule of several patterns, with exceptions', () => {
  const timetable = timetableOf({
    timing: {
      kind: 'cron',
      cron: '0 9 * * 1-5',
      also: ['0 18 * * *', '0 9 * * 1'],
      timezone: 'America/New_York',
      except: { dates: ['2026-12-24', '2026-12-25'], cron: ['* * 1 1 *'] },
    },
  });
  const ticks = [
    '2026-12-23T14',
    '2026-12-23T23',
    '2026-12-26T23',
    '2026-12-27T23',
    '2026-12-28T14',
  ];

  it('ticks at each of them, once, and not on the days left out', () => {
    const found: string[] = [];
    let at: number | undefined = hour('2026-12-23T00');
    while (found.length < ticks.length) {
      at = timetable.next(at!);
      found.push(new Date(at!).toISOString().slice(0, 13));
    }
    expect(found).toEqual(ticks);
  });

  it('is found backwards as forwards', () => {
    const times = ticks.map(hour);
    expect(timetable.latest(9, times[0]!, times.at(-1)!)).toEqual(times);
    expect(timetable.latest(2, times[0]!, times[2]! - 1)).toEqual(times.slice(0, 2));
    expect(timetable.latest(1, 0, times[2]! - 1)).toEqual([times[1]]);
  });

  it('leaves out what a pattern says', () => {
    const [last] = timetable.latest(1, 0, hour('2027-01-02T10'));
    expect(last).toBe(hour('2026-12-31T23'));
    expect(timetable.next(last!)).toBe(hour('2027-01-02T23'));
  });
});
