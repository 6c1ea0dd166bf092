/** Describes a value within another: its key, and the name that stands beside it where the key is not its name. */
export type Entry = readonly [key: string, inner: unknown, label?: string | undefined];

const LABELS = /^(?:name|key|header)$/i;
const VALUE = /^value$/i;
const RAW_HEADERS = /headers$/i;
const INDEX = /^\d+$/;
const FLAG = /^--?([A-Za-z][\w-]*)$/;
/** Matches the flags of programs that take a password by one letter. */
const SHORT_FLAG = /^[ap]$/;
const TAKES_SHORT = /(?:^|\/)(?:redis-cli|sshpass)$|^login$/;

/**
 * Lists the values within one. Some have their name beside them: `{ name: 'X-Api-Key', value }`, `['password', value]` in a
 * list of pairs, the raw headers of a request, in which names and values take turns, and the words of a command:
 * `['--password', value]`.
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
    yield [String(index), inner, isNamed ? (before as string) : flagOf(before, inner, values)];
    before = inner;
    index += 1;
  }
}

/** Returns the name of the flag that stands before a word of a command, if it takes one. */
function flagOf(before: unknown, word: unknown, words: Iterable<unknown>): string | undefined {
  if (typeof before !== 'string' || typeof word !== 'string' || word.startsWith('-'))
    return undefined;
  const flag = FLAG.exec(before)?.[1];
  if (flag === undefined || !SHORT_FLAG.test(flag)) return flag;
  const takesShort = [...words].some((one) => typeof one === 'string' && TAKES_SHORT.test(one));
  return takesShort ? 'password' : undefined;
}

/** Finds the name that an object gives its value. */
function labelIn(fields: Readonly<Record<string, unknown>>): string | undefined {
  const key = Object.keys(fields).find((one) => LABELS.test(one));
  const label = key === undefined ? undefined : fields[key];
  return typeof label === 'string' ? label : undefined;
}
