const { getTime } = Date.prototype;

/** Returns whether a value is a date of any realm that has no time. */
export function isInvalidDate(value: object): boolean {
  // Few objects are called so that are no dates, and only for those something is thrown.
  if (!(value instanceof Date) && Object.prototype.toString.call(value) !== '[object Date]') {
    return false;
  }
  try {
    return Number.isNaN(getTime.call(value as Date));
  } catch {
    return false;
  }
}
