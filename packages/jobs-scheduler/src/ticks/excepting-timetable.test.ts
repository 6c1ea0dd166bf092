import { Cron } from 'croner';
import { describe, expect, it, vi } from 'vitest';
import { cronTimetable } from './cron-timetable.ts';
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
    expect(times.every((tick) => timetable.has(tick))).toBe(true);
    expect(['2026-12-24T14', '2026-12-23T15'].some((tick) => timetable.has(hour(tick)))).toBe(
      false,
    );
  });

  it('leaves out what a pattern says', () => {
    const [last] = timetable.latest(1, 0, hour('2027-01-02T10'));
    expect(last).toBe(hour('2026-12-31T23'));
    expect(timetable.next(last!)).toBe(hour('2027-01-02T23'));
  });
});

/** Counts how often the ticks of the last Monday of a month that is its eighth day are searched for, in all years. */
function searches(): () => number {
  const methods = ['nextRun', 'previousRuns'] as const;
  const spies = methods.map((method) => vi.spyOn(Cron.prototype, method));
  return () => {
    const asked = spies.flatMap(({ mock }) => mock.contexts as Cron[]);
    return asked.filter((cron) => cron.getPattern()?.endsWith('8 * +MON#L')).length;
  };
}

it('is not held up by exceptions that never come', () => {
  const timing = { kind: 'cron', cron: '0 9 * * *', timezone: 'UTC' } as const;
  const timetable = timetableOf({ timing: { ...timing, except: { cron: ['* * 8 * +MON#L'] } } });
  const searched = searches();
  let at: number | undefined = hour('2026-01-01T00');
  for (let n = 0; n < 50; n++) at = timetable.next(at!);
  expect(at).toBe(hour('2026-02-19T09'));
  expect(searched()).toBe(0);
});

it('is not held up by patterns of several that never come', () => {
  const timing = { kind: 'cron', cron: '0 9 * * *', timezone: 'Europe/Paris' } as const;
  const timetable = timetableOf({ timing: { ...timing, also: ['0 9 8 * +MON#L'] } });
  const searched = searches();
  let at: number | undefined = hour('2026-01-01T00');
  for (let n = 0; n < 50; n++) at = timetable.next(at!);
  expect(at).toBe(hour('2026-02-19T08'));
  expect(searched()).toBe(1);
});

describe('long exceptions', () => {
  const timezone = 'America/New_York';

  it('end, however many ticks they leave out', () => {
    const summer = timetableOf({
      timing: { kind: 'cron', cron: '* * * * *', timezone, except: { cron: ['* * * 6-8 *'] } },
    });
    const [last, first] = [Date.parse('2025-06-01T03:59:00Z'), Date.parse('2025-09-01T04:00:00Z')];
    expect(summer.next(last)).toBe(first);
    expect(summer.latest(2, 0, first)).toEqual([last, first]);
    const holidays = timetableOf({
      timing: {
        kind: 'cron',
        cron: '* * * * * *',
        timezone: 'UTC',
        except: { dates: ['2025-12-24', '2025-12-25', '2025-12-26'] },
      },
    });
    expect(holidays.next(Date.parse('2025-12-23T23:59:59Z'))).toBe(hour('2025-12-27T00'));
    expect(holidays.latest(1, 0, hour('2025-12-27T00') - 1)).toEqual([
      Date.parse('2025-12-23T23:59:59Z'),
    ]);
  });

  it.each([
    ['*/20 * * * *', ['* 2-3 * * *'], undefined],
    ['*/20 * * * *', ['* 1 * * *', '40 * * * 0'], undefined],
    ['15,45 * * * *', ['15-45 2 9 3 *'], 'run-once'],
    ['0-59 1-2 * * *', ['0-59 2 * * *'], 'run-once'],
    ['0-59 1-2 * * *', ['0-59 2 * * *'], 'run-twice'],
    ['30 2 * * *', ['* 3 * * *'], undefined],
    ['0 30 1,2 * * *', ['* * 1 * * *'], undefined],
    ['*/15 * * * *', ['* * 2 11 *', '* * 8 3 *'], undefined],
  ] as const)(
    '%s but %s leaves out the same ticks one by one, with dst %s',
    (cron, except, dst) => {
      for (const zone of [timezone, 'Australia/Lord_Howe', 'Asia/Beirut']) {
        const rule = dst === undefined ? {} : { dst };
        const dates = ['2025-03-10', '2025-10-06'];
        const timing = { kind: 'cron', cron, timezone: zone, ...rule } as const;
        const format = new Intl.DateTimeFormat('en-CA', { timeZone: zone });
        const patterns = except.map((pattern) => cronTimetable(pattern, zone, dst));
        for (const start of [
          '2025-03-07',
          '2025-03-28',
          '2025-04-04',
          '2025-10-03',
          '2025-10-24',
          '2025-10-31',
        ]) {
          const [from, to] = [hour(`${start}T00`), hour(`${start}T00`) + 5 * 86_400_000];
          const all = timetableOf({ timing }).latest(10_000, from, to);
          const left = all.filter(
            (tick) =>
              !dates.includes(format.format(tick)) &&
              patterns.every((pattern) => pattern.latest(1, tick, tick).length === 0),
          );
          const excepting = timetableOf({ timing: { ...timing, except: { dates, cron: except } } });
          const found: number[] = [];
          for (
            let at = excepting.next(from - 1);
            at !== undefined && at <= to;
            at = excepting.next(at)
          ) {
            found.push(at);
          }
          expect(found).toEqual(left);
          expect(excepting.latest(10_000, from, to)).toEqual(left);
        }
      }
    },
  );
});
