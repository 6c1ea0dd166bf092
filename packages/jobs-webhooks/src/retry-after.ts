/** Matches the form of `asctime`, which names no zone: HTTP means GMT, where `Date.parse` means that of the process. */
const WITHOUT_ZONE = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/;

/**
 * Reads a `Retry-After`: a number of seconds, or a date in one of the three forms of RFC 9110. Returns how long to wait,
 * in milliseconds, which may be endless; `undefined` for what says nothing, or is over.
 */
export function readRetryAfter(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const wait = /^\d+$/.test(text)
    ? Number(text) * 1000
    : Date.parse(WITHOUT_ZONE.test(text) ? `${text} GMT` : text) - now;
  return wait > 0 ? wait : undefined;
}
