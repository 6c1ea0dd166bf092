const { getTime } = Date.prototype;

/** Returns whether a value is a date of any realm that has no time. */
export function isInvalidDate(value: object): boolean {
  // An object can claim the tag without being a date; asking it for its time throws then.
  if (!(value instanceof Date) && Object.prototype.toString.call(value) !== '[object Date]') {
    return false;
  }
  try {
    return Number.isNaN(getTime.call(value as Date));
  } catch {
    return false;
  }
}
