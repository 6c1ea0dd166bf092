/** The keys of a queue that scripts may name, as BullMQ calls them, and ours beside them (`pj:…`). */
export type KeyName =
  | 'wait'
  | 'active'
  | 'prioritized'
  | 'delayed'
  | 'completed'
  | 'failed'
  | 'waiting-children'
  | 'paused'
  | 'meta'
  | 'events'
  | 'stalled'
  | 'stalled-check'
  | 'pc'
  | 'marker'
  | 'pj:limits'
  | 'pj:limit-facts'
  | 'pj:open'
  | 'pj:shut'
  | 'pj:openings'
  | 'pj:held'
  | 'pj:cancel'
  | 'pj:cancelled'
  | 'pj:schedules'
  | 'pj:schedule-ids'
  | 'pj:due'
  | 'pj:revision'
  | 'pj:life'
  | 'pj:ledger'
  | 'pj:strays'
  | 'pj:watch'
  | 'pj:workers'
  | 'pj:seen'
  | 'pj:answers'
  | 'pj:looked'
  | 'limiter';

/** One atomic step on the server, with the names of its arguments if they have some. */
export interface Script<TArgument extends string = never> {
  /** The command of a client that runs it. */
  readonly command: string;
  /** The keys it uses besides those of jobs, which it makes from the prefix. */
  readonly keys: readonly KeyName[];
  /** The arguments it names, in the order they are sent. */
  readonly args: readonly TArgument[];
  /** Its Lua source. */
  readonly lua: string;
}

/**
 * Reads what is known of the queue, once a script: 1 whether it is paused, 2 how many events to keep, 3, 4 and 6
 * BullMQ's limits of the queue as a whole (how many at once, how many in how long), 5 whether any name is limited, 7 until when some line is held back.
 */
const META_LUA = `
local meta
local function metaOf(index)
  meta = meta or call('HMGET', metaKey, 'paused', 'opts.maxLenEvents', 'concurrency', 'max', 'pj:limited', 'duration', 'pj:held')
  return meta[index]
end
`;

/**
 * Makes a script. Its keys are locals named after them (`waiting-children` is `waitingChildrenKey`,
 * `pj:limits` is `limitsKey`), `prefix` is what every key of the queue starts with, and each argument is a local
 * of its name. What is sent besides is `rest(1)` and so on; `arg(n)` is the n-th of all.
 */
export function defineScript<const TArgument extends string>(
  name: string,
  keys: readonly KeyName[],
  args: readonly TArgument[],
  ...parts: string[]
): Script<TArgument>;
export function defineScript(name: string, keys: readonly KeyName[], ...parts: string[]): Script;
export function defineScript(
  name: string,
  keys: readonly KeyName[],
  ...given: (readonly string[] | string)[]
): Script<string> {
  const args = given.flatMap((part) => (typeof part === 'string' ? [] : part));
  const lua = [
    'local call = redis.call',
    ...locals(
      keys.map((key) => `${localName(key)}Key`),
      (i) => `KEYS[${i + 1}]`,
    ),
    'local prefix = ARGV[1]',
    ...locals(args, (i) => `ARGV[${i + 2}]`),
    // Lua searches all values captured so far for each value a function captures, unless an enclosing function has
    // it. This enclosing function saves a script with many functions most of its start-up time.
    'return (function()',
    'local function arg(n) return ARGV[n + 1] end',
    ...(args.length > 0 ? [`local function rest(n) return ARGV[n + ${args.length + 1}] end`] : []),
    ...(keys.includes('meta') ? [META_LUA] : []),
    ...given.filter((part) => typeof part === 'string'),
    'end)()',
  ].join('\n');
  return { command: `pj${name}`, keys, args, lua };
}

function locals(names: readonly string[], value: (index: number) => string): string[] {
  if (names.length === 0) return [];
  return [`local ${names.join(', ')} = ${names.map((_, index) => value(index)).join(', ')}`];
}

function localName(key: KeyName): string {
  return key.replace(/^pj:/, '').replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
