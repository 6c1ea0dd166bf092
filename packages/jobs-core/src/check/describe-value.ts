const MAX_SHOWN = 60;
/** Matches an address from its protocol on, which may hold a password, and the secret of a webhook. */
const HIDDEN = /(:\/\/|whsec_).*/s;

/** Shows a value in an error message: short, on one line, without running its code, and without secrets. */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `\`${JSON.stringify(cut(value.replace(HIDDEN, '$1…')))}\``;
    case 'number':
    case 'boolean':
    case 'undefined':
      return `\`${Object.is(value, -0) ? '-0' : String(value)}\``;
    case 'bigint':
      return `\`${value}n\``;
    case 'symbol':
      return 'a symbol';
    case 'function':
      return 'a function';
    default:
      return typeof value === 'object' && value !== null ? describeObject(value) : '`null`';
  }
}

function cut(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

function describeObject(value: object): string {
  try {
    if (Array.isArray(value)) return `an array of ${value.length}`;
    if (value instanceof Date) {
      return Number.isNaN(value.getTime()) ? 'an invalid Date' : `a Date (${value.toISOString()})`;
    }
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === null || prototype === Object.prototype) return 'an object';
    const name: unknown = (prototype as { constructor?: { name?: unknown } } | undefined)
      ?.constructor?.name;
    return typeof name === 'string' && name !== ''
      ? `an instance of ${name.slice(0, MAX_SHOWN)}`
      : 'an object with a prototype of its own';
  } catch {
    return 'an object that throws when it is read';
  }
}
