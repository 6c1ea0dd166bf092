import { readFileSync } from 'node:fs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { isSupportedTimeZone } from '../options/check-time-zone.ts';
import type { TimeZone, TimeZoneName } from './time-zone.ts';
import { Timezones } from './timezones.ts';

const source = readFileSync(new URL('./time-zone.ts', import.meta.url), 'utf8');
const listed = [...source.matchAll(/\| '([^']+)'/g)].map(([, name]) => name);

describe('time zones', () => {
  it('are all those the runtime knows', () => {
    const known = Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC');
    expect(listed).toEqual(expect.arrayContaining(known));
    for (const zone of listed) expect(isSupportedTimeZone(zone!)).toBe(true);
  });

  it('have constants that exist', () => {
    for (const zone of Object.values(Timezones)) expect(isSupportedTimeZone(zone)).toBe(true);
    expectTypeOf(Timezones.TOKYO).toEqualTypeOf<'Asia/Tokyo'>();
    expectTypeOf<'Asia/Tokyo'>().toExtend<TimeZoneName>();
    expectTypeOf<'Asia/Tokio'>().not.toExtend<TimeZoneName>();
    expectTypeOf<'US/Eastern'>().toExtend<TimeZone>();
  });
});
