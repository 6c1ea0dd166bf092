/**
 * Is a time: a `Date`, epoch milliseconds, or a `Temporal.Instant` or `Temporal.ZonedDateTime`, also of a polyfill. Parts of a
 * millisecond of the latter are cut.
 */
export type TimeValue = Date | number | { readonly epochMilliseconds: number };
