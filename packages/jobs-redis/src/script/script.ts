/** The keys of a queue that scripts name, as BullMQ calls them. */
const BULLMQ_KEYS =
  'wait active prioritized delayed completed failed waiting-children paused meta events pc marker limiter';
/** Those beside them, whose names begin with `pj:`. */
const OWN_KEYS =
  'answers arrivals asked cancel cancelled due firsts held ledger life limit-facts limits lineup looked ' +
  'moving open openings order order-revision ordered reopening revision schedule-ids schedules seen shut strays watch workers';
const ALL_KEYS = [...words(BULLMQ_KEYS), ...words(OWN_KEYS).map((key) => `pj:${key}`)];
const KEYS = new Map(ALL_KEYS.map((key) => [localName(key), key]));
const KEY_NAME = /\b\w+Key\b/g;

/** One atomic step on the server: the names of its arguments, and the type of its reply. */
export interface Script<TArgument extends string = never, TReply = number> {
  /** Its name. */
  readonly command: string;
  /** The arguments it names, in the order they are sent. */
  readonly args: readonly TArgument[];
  /** Its Lua source. */
  readonly lua: string;
  /** Does the same for a queue whose order is not first in, first out, if that makes a difference. */
  readonly ordered?: Script<TArgument, TReply> | undefined;
  /** Only carries types: that of the reply, and that no argument is missing where a script is declared. */
  readonly types?: (argument: TArgument) => TReply;
}

/** Is a part of a script, which may differ for a queue whose order is not first in, first out. */
export type ScriptPart = string | number | { readonly fifo: string; readonly ordered: string };

/** The words of a text, with a space between them, but for `once`: see {@link defineScript}. */
export type Words<TText extends string> = TText extends `${infer TFirst} ${infer TRest}`
  ? Exclude<TFirst, 'once'> | Words<TRest>
  : Exclude<TText, 'once'>;

/** The type of a script's arguments, which are all sent as text. */
export type ScriptArgument = string | number;

/** The arguments a script names, each with its value. */
export type NamedArguments<TArgument extends string> = Readonly<Record<TArgument, ScriptArgument>>;

/** Reads the server's clock: `now`, in milliseconds, and `time`, as the server returns it. */
export const CLOCK_LUA = `
local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/**
 * Begins the writes of a script with a delete that finds nothing: a server out of memory permits it, and then the rest
 * of the script. A worker publishes its limits, and what was refused is dropped, before there is room again.
 */
export const PERMIT_LUA = `call('HDEL', metaKey, '')
`;

/** Around a script that runs `once`. A server out of memory remembers the answer, too, where the script changed anything. */
const ONCE_LUA = [
  `local told = call('GET', prefix .. once)
if told then return cmsgpack.unpack(told) end
local answer = (function()`,
  `end)()
if answer ~= 'ordered' and answer ~= 'fifo' then redis.pcall('SET', prefix .. once, cmsgpack.pack(answer), 'PX', string.match(once, '%d+')) end
return answer`,
];

/** Lists the words of a text. */
export function words<const TText extends string>(text: TText): Words<TText>[] {
  // Split at spaces, a text gives its words.
  return text.split(' ') as Words<TText>[];
}

/** Joins Lua and parts of scripts to one part. */
export function lua(source: readonly string[], ...parts: readonly ScriptPart[]): ScriptPart {
  const fifo = textOf('fifo', source, parts);
  return isTwofold(parts) ? { fifo, ordered: textOf('ordered', source, parts) } : fifo;
}

/**
 * Makes a script of its name, the words that are the names of its arguments, and its source with the parts that it shares
 * with others. `prefix` is what every key of the queue starts with, and each argument is a local of its name. What is
 * sent besides is `rest(1)` to `rest(restSize)`. A key is a local named after it (`waiting-children` is
 * `waitingChildrenKey`, `pj:limits` is `limitsKey`). The script makes them from the prefix, which costs less than to
 * send them; a cluster needs one key only to find the node, since all keys of a queue have one slot. A field of the key
 * `meta` is `metaOf('field')`, and `meta['field']` once it was read.
 *
 * With parts that differ for an ordered queue it makes two scripts. Each returns, before it changes anything, the name of
 * the other (`fifo`, `ordered`) when that is due. One that names `once` first answers a repeated call as it did the first time.
 */
export function defineScript<const TNames extends string = never>(
  name: string,
  names?: TNames,
): <TReply = number>(...source: Parameters<typeof lua>) => Script<Words<TNames>, TReply> {
  const args = names === undefined ? [] : words(names);
  return (source, ...parts) => {
    const fifo = (): string => assemble(args, textOf('fifo', source, parts));
    if (!isTwofold(parts)) return writtenOnce(name, args, fifo);
    // The jobs of an ordered queue wait in sets of their own.
    const orderedText = (): string =>
      textOf('ordered', source, parts).replaceAll(
        "'EXISTS', waitKey",
        "'EXISTS', orderedKey, movingKey, waitKey",
      );
    const ordered = (): string => assemble(args, orderedText());
    return writtenOnce(name, args, fifo, writtenOnce(`Ordered${name}`, args, ordered));
  };
}

function textOf(
  variant: 'fifo' | 'ordered',
  source: readonly string[],
  parts: readonly ScriptPart[],
): string {
  const texts = parts.map((part) => (typeof part === 'object' ? part[variant] : part));
  return String.raw({ raw: source }, ...texts);
}

function isTwofold(parts: readonly ScriptPart[]): boolean {
  return parts.some((part) => typeof part === 'object');
}

/** Makes a script whose source is written when it is first asked for: most processes run only some of the scripts. */
function writtenOnce<TArgument extends string, TReply>(
  name: string,
  args: readonly TArgument[],
  write: () => string,
  ordered?: Script<TArgument, TReply>,
): Script<TArgument, TReply> {
  let written: string | undefined;
  return {
    command: `pj${name}`,
    args,
    get lua(): string {
      written ??= write();
      return written;
    },
    ordered,
  };
}

/** Writes the source of a script around its body. */
function assemble(args: readonly string[], body: string): string {
  const { text, asks } = withFewFields(body);
  const { code, keys } = withKeys(withArguments(text, args.length + 1));
  // Lua searches all values captured so far for each value a function captures, unless an enclosing function has
  // it: where there are many functions, this one saves most of the script's start-up time.
  const frame = code.split('function').length > 30 ? ['return (function()', 'end)()'] : ['', ''];
  const [begin, end] = args[0] === 'once' ? ONCE_LUA : frame;
  const uses = (word: string): boolean => new RegExp(`\\b${word}\\b`).test(code);
  return [
    'local call = redis.call',
    'local prefix = ARGV[1]',
    ...locals(keys.map(localName), (i) => `prefix .. '${keys[i]}'`),
    ...locals(args, (i) => `ARGV[${i + 2}]`),
    ...(uses('restSize') ? [`local restSize = #ARGV - ${args.length + 1}`] : []),
    begin,
    ...(asks.length > 0 ? [metaLua(asks)] : []),
    code,
    end,
  ].join('\n');
}

/** Reads each of the arguments after the named ones in its place: a function call would cost more than to read it. */
function withArguments(body: string, before: number): string {
  return body.replace(/\brest\(((?:[^()]|\([^()]*\))*)\)/g, `ARGV[$1 + ${before}]`);
}

/** Puts a key that a script names once together there, as not every run needs it; returns the others. */
function withKeys(body: string): { readonly code: string; readonly keys: readonly string[] } {
  const uses: readonly string[] = body.match(KEY_NAME) ?? [];
  const isMany = (name: string): boolean => uses.indexOf(name) !== uses.lastIndexOf(name);
  const code = body.replace(KEY_NAME, (name) =>
    KEYS.has(name) && !isMany(name) ? `(prefix .. '${KEYS.get(name)}')` : name,
  );
  return { code, keys: [...KEYS].flatMap(([name, key]) => (isMany(name) ? [key] : [])) };
}

/** Numbers the fields of `meta` that a script names from 1, so that it asks for no others. */
function withFewFields(body: string): { readonly text: string; readonly asks: readonly string[] } {
  const asks: string[] = [];
  const text = body.replaceAll(/\bmeta(Of\(|\[)'([^']+)'/g, (_, access: string, field: string) => {
    if (!asks.includes(field)) asks.push(field);
    return `meta${access}${asks.indexOf(field) + 1}`;
  });
  return { text, asks };
}

/** Reads fields of `meta`, once a script. */
function metaLua(fields: readonly string[]): string {
  return `
local meta
local function metaOf(index)
  meta = meta or call('HMGET', prefix .. 'meta', ${fields.map((field) => `'${field}'`).join(', ')})
  return meta[index]
end
`;
}

function locals(names: readonly string[], value: (index: number) => string): string[] {
  if (names.length === 0) return [];
  return [`local ${names.join(', ')} = ${names.map((_, index) => value(index)).join(', ')}`];
}

function localName(key: string): string {
  const name = key
    .replace(/^pj:/, '')
    .replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  return `${name}Key`;
}
