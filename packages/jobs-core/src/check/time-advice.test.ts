import { expect, it } from 'vitest';
import { checkTime } from './argument.ts';

/** Stands for a class of a library of dates. */
class Luxon {
  toMillis(): number {
    return 1;
  }
  toJSDate(): Date {
    return new Date(1);
  }
}

class PlainDateTime {
  toZonedDateTime(): object {
    return {};
  }
}

it.each([
  ['a text', '2030-01-01T00:00:00Z', 'new Date('],
  ['what Luxon makes', new Luxon(), 'toJSDate()'],
  ['what Day.js or Moment makes', { toDate: () => new Date(1) }, 'toDate()'],
  ['a time of Temporal without a zone', new PlainDateTime(), 'toZonedDateTime('],
])('says what to give in place of %s', (_, value, advice) => {
  expect(() => checkTime('at', value)).toThrow(
    expect.objectContaining({
      code: 'JOBS_INVALID_ARGUMENT',
      message: expect.stringContaining(advice),
    }),
  );
});
