import type { DeadLetterQuery, RedriveResult } from '@philjs/jobs-core';
import {
  type DeadLetterGroup,
  type ErrorCode,
  type IQueue,
  isJobsError,
  JobsError,
} from '@philjs/jobs-core';
import type { SearchQuery } from '@philjs/jobs-core/internal';
import type { Redactor } from '@philjs/jobs-monitor';
import { searchLetters } from '@philjs/jobs-monitor/internal';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type CommandContext, withQueues } from '../command-context.ts';
import { confirmed } from '../confirmed.ts';
import { counted } from '../counted.ts';
import type { Io } from '../io.ts';
import { maskedError } from '../masked-error.ts';
import { parseDuration, parseWholeNumber } from '../parse-value.ts';
import { progressOnceCounted } from '../progress.ts';
import type { GlobalOptions } from '../queue-set.ts';
import { ReportedError } from '../reported-error.ts';
import { readAnySearch } from '../search.ts';
import { untilInterrupted } from '../until-interrupted.ts';
import { UsageError } from '../usage-error.ts';

const SEARCH =
  'those of jobs that match, as in `queue:payments name:charge payload.user.id:42 since:1h`';
/** How many letters are read at once. */
const AT_ONCE = 100;

/** The codes of errors that may quote the payload of a letter: a definition also works out keys and tags from it. */
const QUOTING: ReadonlySet<ErrorCode> = new Set([
  ...(['JOBS_INVALID_PAYLOAD', 'JOBS_MIGRATION_FAILED', 'JOBS_INVALID_ARGUMENT'] as const),
]);

/** Describes a cause of dead letters as the command lists it. */
interface ListedGroup extends Omit<DeadLetterGroup, 'error'> {
  readonly queue: string;
  /** The error of the last one, masked. */
  readonly error: { readonly name: string; readonly code?: string; readonly message: string };
}

interface ListFlags extends GlobalOptions {
  readonly search?: string;
}

interface RedriveFlags extends ListFlags {
  readonly all?: boolean;
  readonly canary: number;
  readonly stopAbove: number;
  readonly perMinute?: number;
  readonly wait: number;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** The letters of a queue that a redrive is about. */
interface MatchingLetters {
  readonly query: DeadLetterQuery;
  readonly matched: number;
}

/** Registers `dead-letters`. */
export function registerDeadLetters(program: Command, io: Io): void {
  const letters = program
    .command('dead-letters')
    .description('list the causes of the dead letters (of all queues, or of --queue)')
    .option('--search <query>', SEARCH)
    .action(async (_flags: unknown, command: Command) => {
      const flags = command.optsWithGlobals<ListFlags>();
      await withQueues(io, flags, (context) =>
        list(context, context.queues.some(flags.queue), flags.search),
      );
    });
  letters
    .command('redrive')
    .description(
      'put the jobs of dead letters back: a few first, then the others if few of those fail again',
    )
    .argument('[cause]', 'the fingerprint of their cause, as `dead-letters` lists it')
    .option('--all', 'the letters of all causes')
    .option('--search <query>', SEARCH)
    .option('--canary <count>', 'how many go first', parseWholeNumber, 5)
    .option('--stop-above <share>', 'stop when a larger share fails again', parseShare, 0.2)
    .option('--per-minute <count>', 'how many of the others go back in a minute', parseWholeNumber)
    .addOption(
      new Option('--wait <duration>', 'how long to wait for the first ones to end')
        .argParser(parseDuration)
        .default(600_000, '10m'),
    )
    .option('--dry-run', 'only count them')
    .option('--yes', 'do not ask')
    .action(async (cause: string | undefined, _flags: unknown, command: Command) => {
      const flags = command.optsWithGlobals<RedriveFlags>();
      await withQueues(io, flags, (context) => redrive(context, cause, flags));
    });
}

async function list(
  context: CommandContext,
  queues: readonly IQueue[],
  search: string | undefined,
): Promise<void> {
  const { output, redactor } = context;
  const query = search === undefined ? undefined : readAnySearch(context, search);
  const of = async (queue: IQueue): Promise<ListedGroup[]> => {
    const all = await queue.groups(await narrowed(context, queue, {}, query));
    const listed: ListedGroup[] = [];
    for (let start = 0; start < all.length; start += AT_ONCE) {
      const some = all.slice(start, start + AT_ONCE);
      listed.push(...(await Promise.all(some.map((group) => masked(queue, group, redactor)))));
    }
    return listed;
  };
  const groups = (await Promise.all(queues.map(of))).flat();
  const none = search === undefined ? 'There is no dead letter.' : 'No dead letter matches.';
  output.result(groups, () =>
    groups.length === 0
      ? none
      : output.table(
          ['queue', 'job', 'letters', 'last', 'error', 'cause'],
          groups.map(({ queue, name, count, lastAt, error, fingerprint }) => [
            queue,
            output.hostile(name),
            String(count),
            lastAt.toISOString(),
            output.hostile(`${error.code ?? error.name}: ${error.message}`.slice(0, 80)),
            fingerprint,
          ]),
        ),
  );
}

/** Masks in the error of a group the secrets of its last letter. */
async function masked(
  queue: IQueue,
  group: DeadLetterGroup,
  redactor: Redactor,
): Promise<ListedGroup> {
  const letter = await queue.getJob(group.ids[0] ?? '');
  const mask = (text: string): string =>
    letter === undefined ? redactor.text(text) : redactor.about(letter, text);
  const { name, code, message } = group.error;
  const error = {
    name: mask(name),
    ...(code !== undefined && { code: mask(code) }),
    message: mask(message),
  };
  return { queue: queue.name, ...group, error };
}

async function redrive(
  context: CommandContext,
  cause: string | undefined,
  flags: RedriveFlags,
): Promise<void> {
  const { io, output, queues } = context;
  const namesSome = cause !== undefined || flags.search !== undefined;
  // An empty search, as from a variable that is not set, would find all letters.
  if (namesSome === (flags.all === true) || flags.search?.trim() === '') {
    throw new UsageError(
      'Name the letters: `philjs-jobs dead-letters redrive CAUSE`, with a cause that `dead-letters` lists, --search QUERY, or --all',
    );
  }
  const asked: DeadLetterQuery = cause === undefined ? {} : { fingerprint: cause };
  const what = cause === undefined ? 'dead letter' : `dead letter of the cause \`${cause}\``;
  const search = flags.search === undefined ? undefined : readAnySearch(context, flags.search);
  const matching = new Map<IQueue, MatchingLetters>();
  const find = async (one: IQueue): Promise<MatchingLetters> => {
    const query = await narrowed(context, one, asked, search);
    const found = { query, matched: await count(one, query) };
    matching.set(one, found);
    return found;
  };
  const queue = await queues.holding(
    flags.queue,
    search === undefined ? what : `${what} that matches`,
    async (one) => (await find(one)).matched > 0,
  );
  const { query, matched } = matching.get(queue) ?? (await find(queue));
  if (flags.dryRun) {
    output.result(
      { matched },
      () => `${counted(matched, 'letter')} in ${queue.name} ${matched === 1 ? 'matches' : 'match'}`,
    );
    return;
  }
  const asks = !flags.yes && matched > 0;
  if (
    asks &&
    !(await confirmed(io, `put the jobs of ${counted(matched, 'letter')} in ${queue.name} back?`))
  ) {
    output.result({ matched, redriven: 0 }, () => 'Nothing was done');
    return;
  }
  const { canary, stopAbove, perMinute, wait: timeout } = flags;
  const progress = progressOnceCounted(io);
  const result = await queue
    .redrive(query, {
      ...{ canary, stopAbove, perMinute, timeout },
      to: queues.queues,
      onProgress: ({ tried, matched: all, failed }) =>
        progress.reach(tried, all, `${failed} failed`),
      signal: untilInterrupted(),
    })
    .finally(() => progress.end())
    .catch(async (error: unknown) => {
      throw await aboutLetter(error, queue, context);
    });
  output.result({ matched, ...result }, () => wordsOf(result));
  if (result.stopped !== undefined) throw new ReportedError(`It stopped: ${result.stopped}`);
}

/** Masks in the error about a letter what it quotes of the payload, such as what a schema says of that. */
async function aboutLetter(
  error: unknown,
  queue: IQueue,
  { redactor, options }: CommandContext,
): Promise<unknown> {
  if (!isJobsError(error)) return error;
  const { code, details: { letter: id } = {} } = error;
  if (typeof id !== 'string') return error;
  const letter = await queue.getJob(id).catch(() => undefined);
  if (letter === undefined && QUOTING.has(code) && !options.reveal) {
    // Nothing tells which of the values in its words are secret.
    const message = `Letter \`${id}\` is refused, and cannot be read any more, so what is said of its payload is hidden. \`--reveal\` shows that.`;
    return new JobsError(code, message, { details: { letter: id } });
  }
  const mask = letter === undefined ? redactor.text : redactor.about.bind(redactor, letter);
  return maskedError(error, mask);
}

/** Narrows a query to the letters that a search finds among what is shown. */
async function narrowed(
  { redactor }: CommandContext,
  queue: IQueue,
  query: DeadLetterQuery,
  search: SearchQuery | undefined,
): Promise<DeadLetterQuery> {
  if (search === undefined) return query;
  return { ...query, ids: await searchLetters(queue, search, redactor) };
}

async function count(queue: IQueue, query: DeadLetterQuery): Promise<number> {
  return (await queue.groups(query)).reduce((sum, group) => sum + group.count, 0);
}

const STOPPED: { readonly [why in NonNullable<RedriveResult['stopped']>]: string } = {
  failures: 'Stopped: too many failed again',
  timeout:
    'Stopped: the first have not ended in time; `philjs-jobs workers` shows who runs their jobs',
  aborted: 'Stopped',
};

function wordsOf({ redriven, completed, failed, left, stopped }: RedriveResult): string {
  const went = `${counted(redriven, 'job')} went back: ${completed} completed, ${failed} failed again`;
  return stopped === undefined
    ? went
    : `${STOPPED[stopped]}. ${went}; ${counted(left, 'letter stays', 'letters stay')}`;
}

/** Reads a share from 0 to 1. */
function parseShare(text: string): number {
  const share = Number(text);
  if (text.trim() !== '' && share >= 0 && share <= 1) return share;
  throw new InvalidArgumentError('Expected a share from 0 to 1, such as 0.2.');
}
