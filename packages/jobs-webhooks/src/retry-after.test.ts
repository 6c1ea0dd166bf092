import { describe, expect, it, vi } from 'vitest';
import { readRetryAfter } from './retry-after.ts';

const NOW = Date.UTC(2026, 10, 29, 14, 0, 0);
const HOUR = 3_600_000;

describe('the Retry-After of an answer', () => {
  it.each([
    ['seconds', '120', 120_000],
    ['a date', 'Sun, 29 Nov 2026 15:00:00 GMT', HOUR],
    ['a date of RFC 850', 'Sunday, 29-Nov-26 15:00:00 GMT', HOUR],
    ['a date of asctime', 'Sun Nov 29 15:00:00 2026', HOUR],
    ['more seconds than there are', '9'.repeat(400), Number.POSITIVE_INFINITY],
    ['no time', '0', undefined],
    ['a time that has passed', 'Sun, 29 Nov 2026 13:00:00 GMT', undefined],
    ['a negative number', '-5', undefined],
    ['a word', 'soon', undefined],
    ['nothing', undefined, undefined],
  ])('is read where it is %s', (_what, text, expected) => {
    vi.stubEnv('TZ', 'America/New_York');
    expect(readRetryAfter(text, NOW)).toBe(expected);
    vi.unstubAllEnvs();
  });
});
