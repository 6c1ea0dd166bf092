import type { Field } from './dialog.ts';
import { ownZone } from './time-zone.ts';

/** Makes a field for a date and time in the zone in which the page shows times; the field names the zone. */
export function zonedField(
  name: string,
  label: string,
  zone: string | undefined,
  more: { readonly at?: number; readonly required?: boolean } = {},
): Field {
  const { at, required = false } = more;
  const value = at === undefined ? {} : { value: written(at, zone) };
  const kind = 'datetime-local' as const;
  return { name, label: `${label} (${zone ?? ownZone()})`, kind, required, ...value };
}

/** Reads what was entered in {@link zonedField}, in epoch milliseconds. */
export function readZoned(text: string, zone: string | undefined): number {
  const entered = Date.parse(`${text}Z`);
  const distance = (at: number): number => Date.parse(`${written(at, zone)}Z`) - minuteOf(at);
  // A second time, since the clocks may change between the first guess and the time itself.
  return entered - distance(entered - distance(entered));
}

/** Writes a time as a field for a date and time does, to the minute. */
function written(at: number, zone: string | undefined): string {
  // Swedes write dates and times as ISO 8601 does.
  const format = { timeZone: zone, dateStyle: 'short', timeStyle: 'short' } as const;
  return new Intl.DateTimeFormat('sv-SE', format).format(at).replace(' ', 'T');
}

function minuteOf(at: number): number {
  return Math.floor(at / 60_000) * 60_000;
}
