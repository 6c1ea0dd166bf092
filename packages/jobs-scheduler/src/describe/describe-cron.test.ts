import { describe, expect, it } from 'vitest';
import { describeCron } from './describe-cron.ts';

describe('describeCron', () => {
  it.each([
    ['30 9 * * 1-5', 'At 09:30, Monday through Friday'],
    ['*/5 * * * *', 'Every 5 minutes'],
    ['@daily', 'At 00:00'],
    ['0 0 ? * FRI#L', 'At 00:00, on the last Friday of the month'],
    ['0 30 12 1 1 * 2027', 'At 12:30, on day 1 of the month, only in January, only in 2027'],
    ['0 0 15 * MON-FRI', 'At 00:00, on day 15 of the month or Monday through Friday'],
    ['0 0 13 * FRI', 'At 00:00, on day 13 of the month or on Friday'],
    ['0 30 9 1,15 * 1 2027', 'At 09:30, on day 1 and 15 of the month or on Monday, only in 2027'],
    ['0 12 1 * +MON', 'At 12:00, on day 1 of the month, only on Monday'],
  ])('says `%s` in words', (cron, words) => {
    expect(describeCron(cron)).toBe(words);
  });

  it.each([
    ['de', 'Um 09:00'],
    ['de-AT', 'Um 09:00'],
    ['pt-BR', 'Às 09:00'],
    ['pt', 'Às 09:00'],
    ['fr_FR', 'À 09:00'],
  ])('speaks %s', (locale, words) => {
    expect(describeCron('0 9 * * *', { locale })).toBe(words);
  });

  it('says "or" in other languages', () => {
    expect(describeCron('0 0 15 * MON-FRI', { locale: 'de' })).toBe(
      'Um 00:00, an Tag 15 des Monats oder Montag bis Freitag',
    );
    expect(describeCron('0 0 15 * 5', { locale: 'fr' })).toContain(' ou ');
    expect(describeCron('0 0 15 * 5', { locale: 'es' })).toContain(' o ');
  });

  it('shows a pattern it has no words for', () => {
    for (const pattern of ['0 0 1,15W * *', '0 9 5W,20W * *', '0 9 L,1 * *', '0 9 * * 1-5#2']) {
      expect(describeCron(pattern)).toBe(pattern);
    }
    expect(describeCron('0 9 * * 1#1,3#2')).toContain('first Monday and second Wednesday');
  });

  it('refuses a bad pattern, an unknown language and unknown options', () => {
    const bad = [
      () => describeCron('61 * * * *'),
      () => describeCron('0 9 * * *', { locale: 'tlh' }),
      () => describeCron('0 9 * * *', { locale: 5 as never }),
      () => describeCron('0 9 * * *', { language: 'de' } as object),
    ];
    for (const say of bad) {
      expect(say).toThrow(expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' }));
    }
  });
});
