/** Returns what to give in place of a value that is no time: of the libraries of dates, and texts. */
export function timeAdvice(value: unknown): string | undefined {
  if (typeof value === 'string' && !Number.isNaN(Date.parse(value))) {
    return 'Of a text, make a Date: `new Date(text)`, with the zone in the text.';
  }
  if (typeof value !== 'object' || value === null) return undefined;
  return ADVICE.find(([member]) => member in value)?.[1];
}

/** The members by which values of other libraries are known, and what to give in place of such a value. */
const ADVICE = [
  ['toJSDate', 'Give its `toJSDate()`.'],
  ['toDate', 'Give its `toDate()`.'],
  ['toZonedDateTime', 'It has no time zone: give `toZonedDateTime(…)`.'],
] as const;
