/** Describes a value within another: its key, and the name that stands beside it where the key is not its name. */
export type Entry = readonly [key: string, inner: unknown, label?: string | undefined];

const LABELS = /^(?:name|key|header)$/i;
const VALUE = /^value$/i;
const RAW_HEADERS = /headers$/i;
const INDEX = /^\d+$/;

/**
 * Lists the values within one. Some have their name beside them: `{ name: 'X-Api-Key', value }`, `['password', value]` in a
 * list of pairs, and the raw headers of a request, in which names and values take turns.
 */
export function* entriesOf(value: object, path: readonly string[]): Generator<Entry> {
  if (value instanceof Map) {
    for (const [key, inner] of value) yield [String(key), inner];
  } else if (Array.isArray(value) || value instanceof Set) {
    yield* itemsOf(value, path.at(-1) ?? '');
  } else {
    const fields = value as Readonly<Record<string, unknown>>;
    for (const key in value) {
      if (!Object.hasOwn(value, key)) continue;
      yield VALUE.test(key) ? [key, fields[key], labelIn(fields)] : [key, fields[key]];
    }
  }
}

function* itemsOf(values: unknown[] | Set<unknown>, name: string): Generator<Entry> {
  const size = Array.isArray(values) ? values.length : values.size;
  const arePairs = RAW_HEADERS.test(name) || (size === 2 && INDEX.test(name));
  let index = 0;
  let before: unknown;
  for (const inner of values) {
    const isNamed = arePairs && index % 2 === 1 && typeof before === 'string';
    yield isNamed ? [String(index), inner, before as string] : [String(index), inner];
    before = inner;
    index += 1;
  }
}

/** Finds the name that an object gives its value. */
function labelIn(fields: Readonly<Record<string, unknown>>): string | undefined {
  const key = Object.keys(fields).find((one) => LABELS.test(one));
  const label = key === undefined ? undefined : fields[key];
  return typeof label === 'string' ? label : undefined;
}
