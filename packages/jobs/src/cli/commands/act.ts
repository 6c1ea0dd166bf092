import type { IQueue, JobStatus } from '@philjs/jobs-core';
import { isJobsError, JobsError } from '@philjs/jobs-core';
import {
  dependantsFirst,
  type JobToEnd,
  PASSING_ORDER,
  type SearchQuery,
} from '@philjs/jobs-core/internal';
import { acknowledge } from '@philjs/jobs-monitor/internal';
import type { Command } from 'commander';
import { type CommandContext, withQueues } from '../command-context.ts';
import { confirmed } from '../confirmed.ts';
import { counted } from '../counted.ts';
import type { Io } from '../io.ts';
import { startProgress } from '../progress.ts';
import type { GlobalOptions } from '../queue-set.ts';
import { ReportedError } from '../reported-error.ts';
import { findMatching, readSearch, searchIn, stillMatching } from '../search.ts';
import { untilInterrupted } from '../until-interrupted.ts';
import { UsageError } from '../usage-error.ts';

interface ActFlags extends GlobalOptions {
  readonly search?: string;
  readonly all?: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly reason?: string;
  readonly force?: boolean;
}

/** How many jobs are changed at the same time; Ctrl-C ends the command between two batches. */
const BATCH = 50;

/** Says that a job has changed since it was found. */
const NO_MATCH = 'It no longer matches the search';

/** Names a job that an action is to change, and the state it was found in, if it was searched for. */
interface Chosen {
  readonly id: string;
  readonly status?: JobStatus;
}

/** Describes a command that changes jobs. */
interface Action {
  readonly name: string;
  readonly done: string;
  readonly description: string;
  /** The states to search when the search names none: those whose jobs it changes. */
  readonly statuses: readonly JobStatus[];
  /** The command that does it for all jobs, in place of `--all`. */
  readonly forAll?: string;
  /** Whether a job that waits for others goes before those, as it would fail for them. @default false */
  readonly dependantsFirst?: boolean;
  /** Changes a job; where a state is given, only while it is in that. Answers `requested` if its worker is to do so. */
  readonly one: (queue: IQueue, job: Chosen, flags: ActFlags) => Promise<unknown>;
}

const ACTIONS: readonly Action[] = [
  {
    name: 'retry',
    done: 'retried',
    description: 'put failed and cancelled jobs back to run again, with all their attempts',
    // Cancelled jobs are retried only if the search names them.
    statuses: ['failed'],
    one: (queue, { id, status }) => queue.retryJob(id, { status }),
  },
  {
    name: 'remove',
    done: 'removed',
    description: 'remove jobs that are not active',
    statuses: PASSING_ORDER.filter((status) => status !== 'active'),
    forAll: 'clear',
    dependantsFirst: true,
    one: async (queue, { id, status }) => {
      if (!(await queue.removeJob(id, { status })))
        throw new JobsError('JOBS_NOT_FOUND', `There is no job \`${id}\``);
    },
  },
  {
    name: 'promote',
    done: 'promoted',
    description: 'make delayed jobs ready now',
    statuses: ['delayed'],
    one: (queue, { id }) => queue.promoteJob(id),
  },
  {
    name: 'rerun',
    done: 'enqueued again',
    description: 'run completed jobs again, as new ones',
    statuses: ['completed'],
    one: (queue, { id }) => queue.rerunJob(id),
  },
  {
    name: 'acknowledge',
    done: 'acknowledged',
    description: 'say that failed jobs are known: the health no longer counts them',
    statuses: ['failed'],
    one: async (queue, { id }) => {
      const job = await queue.getJob(id);
      if (job === undefined) throw new JobsError('JOBS_NOT_FOUND', `There is no job \`${id}\``);
      if (job.status !== 'failed')
        throw new JobsError('JOBS_CONFLICT', `Job \`${id}\` has not failed`);
      await acknowledge(queue, [id]);
    },
  },
  {
    name: 'cancel',
    done: 'cancelled',
    description: 'cancel jobs: those that wait never start, active ones are asked to stop',
    statuses: ['blocked', 'delayed', 'waiting', 'active'],
    dependantsFirst: true,
    one: async (queue, { id, status }, { reason, force }) => {
      const answer = await queue.cancelJob(id, { reason, force, status });
      if (answer === 'not-found')
        throw new JobsError('JOBS_NOT_FOUND', `There is no job \`${id}\``);
      if (answer === 'finished') throw new JobsError('JOBS_CONFLICT', `Job \`${id}\` has finished`);
      if (answer === 'other-status') throw new JobsError('JOBS_CONFLICT', NO_MATCH);
      return answer;
    },
  },
];

/** Registers `retry`, `remove`, `promote`, `rerun`, `acknowledge` and `cancel`. */
export function registerAct(program: Command, io: Io): void {
  for (const action of ACTIONS) {
    const command = program
      .command(action.name)
      .description(`${action.description}: by id, or all that match a search`)
      .argument('[ids...]', 'the ids of the jobs')
      .option(
        '--search <query>',
        'all jobs that match, as in `status:failed name:send-email since:1h`',
      )
      .option('--dry-run', 'only count them')
      .option('--yes', 'do not ask')
      .action(async (ids: string[], _flags: unknown, self: Command) => {
        const flags = self.optsWithGlobals<ActFlags>();
        await withQueues(io, flags, (context) => act(context, action, [...new Set(ids)], flags));
      });
    if (action.forAll === undefined) {
      command.option('--all', `all jobs that are ${action.statuses.join(', ')}`);
    }
    if (action.name === 'cancel') {
      command
        .option('--reason <text>', 'why; the job and its error carry it')
        .option('--force', 'end active jobs without waiting for their handlers');
    }
  }
}

/** Refuses a call that does not say which jobs, in one way, or says nothing, as a variable does that is not set. */
function refuseUnclear(
  { name, forAll, statuses }: Action,
  ids: readonly string[],
  { search, all = false }: ActFlags,
): void {
  const ways = [ids.length > 0, search !== undefined, all].filter((given) => given);
  const orAll = forAll === undefined ? ', or --all' : '';
  if (ways.length !== 1) {
    const which = `\`philjs-jobs ${name} ID…\`${orAll === '' ? ' or' : ','} --search QUERY${orAll}`;
    throw new UsageError(`Say which jobs: ${which}`);
  }
  if (search?.trim() !== '') return;
  const instead =
    forAll === undefined
      ? `or give --all for all that are ${statuses.join(', ')}`
      : `\`philjs-jobs ${forAll}\` removes all that are not active`;
  throw new UsageError(`An empty search finds all jobs. Write what to ${name}; ${instead}`);
}

async function act(
  context: CommandContext,
  action: Action,
  ids: readonly string[],
  flags: ActFlags,
): Promise<void> {
  refuseUnclear(action, ids, flags);
  const query = readSearch(context, flags.search ?? '');
  const { queue, found: matching } =
    ids.length > 0
      ? {
          queue: await context.queues.ofIds(flags.queue, ids),
          found: ids.map((id): JobToEnd => ({ id })),
        }
      : await searchIn(
          context,
          flags.queue,
          (one) => findMatching(context, one, query, action.statuses),
          (found) => found.length === 0,
        );
  if (flags.dryRun) {
    context.output.result({ matched: matching.length }, () =>
      counted(matching.length, 'job matches', 'jobs match'),
    );
    return;
  }
  const asks = ids.length === 0 && !flags.yes && matching.length > 0;
  if (
    asks &&
    !(await confirmed(
      context.io,
      `${action.name} ${counted(matching.length, 'job')} of ${queue.name}?`,
    ))
  ) {
    context.output.result({ matched: matching.length, changed: 0 }, () => 'Nothing was done');
    return;
  }
  await actOnAll(
    context,
    action,
    { queue, jobs: matching },
    flags,
    ids.length > 0 ? undefined : query,
  );
}

async function actOnAll(
  context: CommandContext,
  action: Action,
  { queue, jobs }: { readonly queue: IQueue; readonly jobs: readonly JobToEnd[] },
  flags: ActFlags,
  query: SearchQuery | undefined,
): Promise<void> {
  const { io } = context;
  const ids = jobs.map(({ id }) => id);
  const over = untilInterrupted();
  const progress = startProgress(io, ids.length);
  const failures: { readonly id: string; readonly error: string }[] = [];
  let changed = 0;
  let requested = 0;
  const find = (some: readonly string[], search: SearchQuery): Promise<readonly Chosen[]> =>
    stillMatching(context, queue, some, search, action.statuses);
  /** Finds a job again that was refused since it has moved on from the state it was found in, if it matches still. */
  const movedOn = async (error: unknown, { id, status }: Chosen): Promise<Chosen | undefined> => {
    if (query === undefined || !isJobsError(error, 'JOBS_CONFLICT')) return undefined;
    const [now] = await find([id], query);
    return now?.status === status ? undefined : now;
  };
  const actOn = async (job: Chosen): Promise<void> => {
    try {
      const answer = await action.one(queue, job, flags);
      changed += 1;
      if (answer === 'requested') requested += 1;
    } catch (error) {
      const now = await movedOn(error, job);
      if (now !== undefined) return actOn(now);
      if (ids.length === 1) throw error;
      failures.push({ id: job.id, error: error instanceof Error ? error.message : String(error) });
    }
    progress.step();
  };
  const levels = action.dependantsFirst ? await dependantsFirst(queue, jobs, over) : [ids];
  for (const batch of levels.flatMap(inBatches)) {
    if (over.aborted) break;
    const still = query && (await find(batch, query));
    const left = new Set(still?.map(({ id }) => id) ?? batch);
    for (const id of batch.filter((one) => !left.has(one))) {
      failures.push({ id, error: NO_MATCH });
      progress.step();
    }
    await Promise.all((still ?? batch.map((id): Chosen => ({ id }))).map(actOn));
  }
  progress.end();
  const isStopped = over.aborted && changed + failures.length < ids.length;
  report(context, action, { matched: ids.length, changed, requested, failures, isStopped });
}

function inBatches(ids: readonly string[]): readonly (readonly string[])[] {
  const count = Math.ceil(ids.length / BATCH);
  return Array.from({ length: count }, (_, at) => ids.slice(at * BATCH, (at + 1) * BATCH));
}

/** Says how a command ended. @throws ReportedError when it has not changed all jobs */
function report(
  { output }: CommandContext,
  { done }: Action,
  {
    isStopped,
    requested,
    ...counts
  }: {
    readonly matched: number;
    readonly changed: number;
    /** How many of these were only asked to stop: their worker ends them. */
    readonly requested: number;
    readonly failures: readonly { readonly id: string; readonly error: string }[];
    readonly isStopped: boolean;
  },
): void {
  const { matched, changed, failures } = counts;
  const more = { ...(requested > 0 && { requested }), ...(isStopped && { stopped: true }) };
  output.result({ ...counts, ...more }, () => {
    const reported = failures
      .slice(0, 10)
      .map(({ id, error }) => `  ${output.hostile(id)}: ${output.hostile(error)}`);
    const summary = `${isStopped ? 'Stopped: ' : ''}${changed - requested} of ${counted(matched, 'job')} ${done}${requested > 0 ? `, ${requested} asked to stop` : ''}`;
    return [summary, ...reported].join('\n');
  });
  const left = matched - changed;
  if (left > 0) {
    throw new ReportedError(counted(left, 'job was not changed', 'jobs were not changed'));
  }
}
