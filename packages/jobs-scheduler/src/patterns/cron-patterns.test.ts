import { describe, expect, it } from 'vitest';
import { checkCron } from '../options/check-cron.ts';
import { CronPatterns } from './cron-patterns.ts';

describe('CronPatterns', () => {
  it('names common patterns', () => {
    const { EVERY_MINUTE, EVERY_5_MINUTES, EVERY_15_MINUTES, EVERY_30_MINUTES } = CronPatterns;
    const { EVERY_HOUR, DAILY, DAILY_NOON, WEEKLY, MONTHLY, YEARLY } = CronPatterns;
    expect([EVERY_MINUTE, EVERY_5_MINUTES, EVERY_15_MINUTES, EVERY_30_MINUTES, EVERY_HOUR]).toEqual(
      ['* * * * *', '*/5 * * * *', '*/15 * * * *', '*/30 * * * *', '0 * * * *'],
    );
    expect([DAILY, DAILY_NOON, WEEKLY, MONTHLY, YEARLY]).toEqual([
      '0 0 * * *',
      '0 12 * * *',
      '0 0 * * 0',
      '0 0 1 * *',
      '0 0 1 1 *',
    ]);
  });

  it('writes patterns that can be read', () => {
    const written = {
      '30 14 * * *': CronPatterns.at(14, 30),
      '0 9 * * *': CronPatterns.at(9),
      '*/15 * * * *': CronPatterns.everyMinutes(15),
      '0 */6 * * *': CronPatterns.everyHours(6),
      '0 9 * * 1': CronPatterns.weekday(1, 9),
      '15 9 * * 1-5': CronPatterns.weekdays(9, 15),
      '0 0 * * 0,6': CronPatterns.weekends(),
    };
    expect(Object.values(written)).toEqual(Object.keys(written));
    for (const pattern of Object.values(written)) expect(checkCron('cron', pattern)).toBe(pattern);
  });

  it('says how to write an interval where words stand for a pattern', () => {
    expect(() => checkCron('cron', 'every 15 minutes')).toThrow('`every`, in milliseconds');
  });

  it.each<[string, () => string]>([
    ['hour', () => CronPatterns.at(24)],
    ['hour', () => CronPatterns.weekdays(-1)],
    ['minute', () => CronPatterns.at(1, 60)],
    ['n', () => CronPatterns.everyMinutes(0)],
    ['n', () => CronPatterns.everyHours(1.5)],
    ['day', () => CronPatterns.weekday(7 as 6)],
  ])('refuses a `%s` there is not', (field, write) => {
    expect(write).toThrow(
      expect.objectContaining({
        code: 'JOBS_INVALID_ARGUMENT',
        details: expect.objectContaining({ field }),
      }),
    );
  });
});
