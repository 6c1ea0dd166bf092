/** The formatters by zone, cached since making one takes longer than using it. */
const days = new Map<string, Intl.DateTimeFormat>();

/** Returns the day of a time in a zone, such as `2026-03-29`. */
export function dayIn(zone: string, at: number): string {
  const day =
    days.get(zone) ?? new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
  days.set(zone, day);
  return day.format(at);
}

/** Returns a time in a zone, such as `Sun 2026-03-29 03:00`. */
export function timeIn(zone: string, at: number): string {
  const time = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeStyle: 'short' }).format(at);
  const weekday = new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'short' }).format(at);
  return `${weekday} ${dayIn(zone, at)} ${time}`;
}
