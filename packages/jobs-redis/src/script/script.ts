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
  | 'pj:seen';

/** One atomic step on the server. */
export interface Script {
  /** What it is called among the commands of a client. */
  readonly command: string;
  /** The keys it uses besides those of jobs, which it makes from the prefix. */
  readonly keys: readonly KeyName[];
  /** What it does. */
  readonly lua: string;
}

/**
 * Reads what is known of the queue, once a script: 1 whether it is paused, 2 how many events to keep, 3 and 4
 * BullMQ's limits of the queue as a whole (how many at once, how many a while), 5 whether any name is limited.
 */
const META_LUA = `
local meta
local function metaOf(index)
  meta = meta or call('HMGET', metaKey, 'paused', 'opts.maxLenEvents', 'concurrency', 'max', 'pj:limited')
  return meta[index]
end
`;

/**
 * Makes a script. Its keys are locals named after them (`waiting-children` is `waitingChildrenKey`,
 * `pj:limits` is `limitsKey`), `prefix` is what every key of the queue starts with, and `arg` holds its
 * arguments.
 */
export function defineScript(name: string, keys: readonly KeyName[], ...parts: string[]): Script {
  const names = keys.map((key) => `${localName(key)}Key`);
  const lua = [
    'local call = redis.call',
    ...(names.length > 0
      ? [`local ${names.join(', ')} = ${names.map((_, i) => `KEYS[${i + 1}]`).join(', ')}`]
      : []),
    'local prefix = ARGV[1]',
    'local function arg(n) return ARGV[n + 1] end',
    ...(keys.includes('meta') ? [META_LUA] : []),
    ...parts,
  ].join('\n');
  return { command: `pj${name}`, keys, lua };
}

function localName(key: KeyName): string {
  return key.replace(/^pj:/, '').replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
