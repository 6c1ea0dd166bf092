import { invalidArgument } from '@philjs/jobs-core/backend';
import { suggestionFor } from '@philjs/jobs-core/internal';

/**
 * Checks the name of a time zone. Offsets such as `+02:00` are refused: not every runtime knows them.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`, with a suggestion where a name is a near miss
 */
export function checkTimeZone(field: string, timezone: unknown): string {
  if (typeof timezone === 'string' && isSupportedTimeZone(timezone)) return timezone;
  const near =
    typeof timezone === 'string'
      ? suggestionFor(timezone.slice(0, 60), Intl.supportedValuesOf('timeZone'))
      : undefined;
  throw invalidArgument(
    field,
    "the name of a time zone, such as 'Europe/Paris'",
    timezone,
    near === undefined ? '`Timezones` names some.' : `Did you mean \`${near}\`?`,
  );
}

/** The names found valid; there are about 600. */
const known = new Set<string>();

/** Returns whether the runtime knows a time zone of this name. */
export function isSupportedTimeZone(timezone: string): boolean {
  if (known.has(timezone)) return true;
  if (!/^[a-z]/i.test(timezone) || timezone.length > 60) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
    if (known.size < 1000) known.add(timezone);
    return true;
  } catch {
    return false;
  }
}
