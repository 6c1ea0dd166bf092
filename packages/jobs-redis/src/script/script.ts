import { luaSource } from './lua-source.ts';

/** The keys of a queue that scripts name, as BullMQ calls them. */
const BULLMQ_KEYS =
  'wait active prioritized delayed completed failed waiting-children paused meta events pc marker limiter';
/** Those beside them, whose names begin with `pj:`. */
const OWN_KEYS =
  'answers arrivals asked cancel cancelled due firsts held ledger life limit-facts limits lineup looked ' +
  'moving open openings order order-revision ordered reopening revision schedule-ids schedules seen shut strays watch workers';
const KEYS = [...words(BULLMQ_KEYS), ...words(OWN_KEYS).map((key) => `pj:${key}`)];

/** From how many functions on a script is one function itself. */
const MANY_FUNCTIONS = 30;

/** Reads a field of the key `meta`. */
const META = luaSource(new URL('./meta.lua', import.meta.url));
/** Ends a script that answers a repeated call as it did the first time. */
const ONCE = luaSource(new URL('./once.lua', import.meta.url));

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

/** Is a part of a script: the text of a file, several of them, or other ones where the order is not first in, first out. */
export type LuaPart =
  | string
  | readonly LuaPart[]
  | { readonly fifo: LuaPart; readonly ordered: LuaPart };

/** The words of a text, with a space between them, but for `once`: see {@link defineScript}. */
export type Words<TText extends string> = TText extends `${infer TFirst} ${infer TRest}`
  ? Exclude<TFirst, 'once'> | Words<TRest>
  : Exclude<TText, 'once'>;

/** The type of a script's arguments, which are all sent as text. */
export type ScriptArgument = string | number;

/** The arguments a script names, each with its value. */
export type NamedArguments<TArgument extends string> = Readonly<Record<TArgument, ScriptArgument>>;

/** Lists the words of a text. */
export function words<const TText extends string>(text: TText): Words<TText>[] {
  // Split at spaces, a text gives its words.
  return text.split(' ') as Words<TText>[];
}

/**
 * Makes a script of its name, the words that are the names of its arguments, and its parts, which run as their files say.
 * Before them it defines what they name: `call`; `prefix`, what every key of the queue starts with; a local for each key
 * (`waiting-children` is `waitingChildrenKey`, `pj:limits` is `limitsKey`), made from the prefix, which costs less than to
 * send them, and a cluster needs one key only to find the node, since all keys of a queue have one slot; a local for each argument.
 * Others that are sent are `ARGV[OFFSET + 1]` to `ARGV[OFFSET + restSize]`. A field of the key `meta` is `metaOf('field')`.
 *
 * With parts that differ for an ordered queue it makes two scripts. Each returns, before it changes anything, the name of
 * the other (`fifo`, `ordered`) when that is due. One that names `once` first answers a repeated call as it did the first time.
 */
export function defineScript<const TNames extends string = never>(
  name: string,
  names?: TNames,
): <TReply = number>(...parts: readonly LuaPart[]) => Script<Words<TNames>, TReply> {
  const args = names === undefined ? [] : words(names);
  return <TReply>(...parts: readonly LuaPart[]): Script<Words<TNames>, TReply> => {
    const textOf = (variant: 'fifo' | 'ordered') => (): string =>
      assemble(args, filesOf(parts, variant).join('\n'));
    const ordered = isTwofold(parts)
      ? writtenOnce<Words<TNames>, TReply>(`Ordered${name}`, args, textOf('ordered'))
      : undefined;
    return writtenOnce(name, args, textOf('fifo'), ordered);
  };
}

function filesOf(part: LuaPart, variant: 'fifo' | 'ordered'): readonly string[] {
  if (typeof part === 'string') return [part];
  return 'fifo' in part
    ? filesOf(part[variant], variant)
    : part.flatMap((each) => filesOf(each, variant));
}

function isTwofold(part: LuaPart): boolean {
  return typeof part !== 'string' && ('fifo' in part || part.some(isTwofold));
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

/** Writes the source of a script around its body: defines what that names. */
function assemble(args: readonly string[], body: string): string {
  const named = new Set(body.match(/\b\w+\b/g));
  const code = named.has('metaOf') ? `${META}\n${body}` : body;
  const keys = KEYS.filter((key) => named.has(localName(key)) || (key === 'meta' && code !== body));
  const isOnce = args[0] === 'once';
  // Lua searches all values captured so far for each value a function captures, unless an enclosing function has
  // it: where there are many functions, this one saves most of the script's start-up time.
  const isOne = isOnce || code.split('function').length > MANY_FUNCTIONS;
  return [
    'local call = redis.call',
    'local prefix = ARGV[1]',
    ...locals(keys.map(localName), (i) => `prefix .. '${keys[i]}'`),
    ...locals(args, (i) => `ARGV[${i + 2}]`),
    ...(named.has('OFFSET') ? [`local OFFSET = ${args.length + 1}`] : []),
    ...(named.has('restSize') ? [`local restSize = #ARGV - ${args.length + 1}`] : []),
    ...(isOne ? ['local function run()', code, 'end', isOnce ? ONCE : 'return run()'] : [code]),
  ].join('\n');
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
