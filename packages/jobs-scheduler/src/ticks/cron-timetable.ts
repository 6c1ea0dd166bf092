import { Cron, CronPattern } from 'croner';
import type { DstRule } from '../options/schedule-options.ts';
import { cronFields } from './cron-fields.ts';
import type { Timetable } from './timetable.ts';
import { WallTicks } from './wall-ticks.ts';
import { ZonedTicks } from './zoned-ticks.ts';

/** Zones that never change their clocks. */
const UTC_ZONES: ReadonlySet<string> = new Set([
  'utc',
  'etc/utc',
  'gmt',
  'etc/gmt',
  'zulu',
  'etc/uct',
]);

/**
 * Ticks at the times of a cron pattern in a time zone. croner finds the local times that match the pattern;
 * this class decides what happens when the clocks of the zone change. Without a {@link DstRule} croner's own
 * rules hold: a fixed time in a gap runs at the first time after it and one that occurs twice runs the
 * first time, while intervals skip what does not exist and run on both occurrences. With a rule, every
 * pattern without a wildcard or step in its seconds, minutes and hours counts as a fixed time.
 *
 * @throws the error of croner for a pattern it cannot read
 */
export function cronTimetable(cron: string, timezone: string, dst?: DstRule): Timetable {
  const pattern = cronFields(cron).join(' ');
  const wall = new WallTicks(new Cron(pattern, { utcOffset: 0 }), new CronPattern(pattern));
  if (UTC_ZONES.has(timezone.toLowerCase())) return wall;
  const options = dst === undefined ? undefined : ({ fixedTimeRule: 'no-wildcard' } as const);
  const { isFixedTime } = new CronPattern(pattern, undefined, options);
  return new ZonedTicks(wall, timezone, {
    movesOutOfGaps: isFixedTime && dst !== 'skip',
    runsOnce: isFixedTime && dst !== 'run-twice',
  });
}
