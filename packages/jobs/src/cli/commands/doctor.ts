import type { IQueue, Job, QueueStats } from '@philjs/jobs-core';
import { DEAD_LETTER, needsWorker, readStaff, type Staff } from '@philjs/jobs-core/internal';
import { type ScheduledJob, Scheduler } from '@philjs/jobs-scheduler';
import type { Command } from 'commander';
import { withQueues } from '../command-context.ts';
import { counted } from '../counted.ts';
import type { Io } from '../io.ts';
import { isAway } from '../is-away.ts';
import type { Output } from '../output.ts';
import { progressOnceCounted } from '../progress.ts';
import type { GlobalOptions } from '../queue-set.ts';
import { ReportedError } from '../reported-error.ts';
import { shellWord } from '../shell-word.ts';

const LATE_MS = 60_000;
const OLD_WAIT_MS = 10 * 60_000;

/** Describes one check of the doctor. */
interface Finding {
  /** The queue; the first of {@link queues}, where it is about the store of several. */
  readonly queue: string;
  /** The queues of the store that it is about. */
  readonly queues?: readonly string[];
  readonly check: string;
  readonly ok: boolean;
  readonly found: string;
  readonly fix?: string;
}

/** Registers `doctor`. */
export function registerDoctor(program: Command, io: Io): void {
  program
    .command('doctor')
    .description('look for problems and say how to fix them; exit code 1 if there are any')
    .action(async (_flags: unknown, command: Command) => {
      const flags = command.optsWithGlobals<GlobalOptions>();
      await withQueues(io, flags, async ({ queues, output }) => {
        const stores = byStore(queues.some(flags.queue));
        const findings = (await Promise.all(stores.map(examineStore))).flat();
        for (const queue of stores.flat())
          findings.push(...(await examinePlaces(io, queue, findings)));
        output.result(findings, () => findings.map((one) => describe(one, output)).join('\n'));
        if (findings.some(({ ok }) => !ok)) throw new ReportedError('The doctor found something');
      });
    });
}

/** Groups queues by their stores; one whose store is not known is alone. */
function byStore(queues: readonly IQueue[]): readonly (readonly IQueue[])[] {
  const stores = new Map<unknown, IQueue[]>();
  for (const queue of queues) {
    const { name, storeId = queue } = queue.backend;
    const key = typeof storeId === 'string' ? `${name} ${storeId}` : storeId;
    const known = stores.get(key);
    if (known === undefined) stores.set(key, [queue]);
    else known.push(queue);
  }
  return [...stores.values()];
}

/** Examines the queues of a store, and says once what is about the store itself. */
async function examineStore(queues: readonly IQueue[]): Promise<Finding[]> {
  const all = await Promise.all(queues.map((queue) => orFailure(queue, () => examine(queue))));
  const usable = queues.find((_, index) => !all[index]?.some(isFailure));
  const names = queues.map(({ name }) => name);
  const ofStore =
    usable === undefined ? [] : await orFailure(usable, () => examineBackend(usable, names));
  return [...ofStore, ...together(all.flat())];
}

async function examine(queue: IQueue): Promise<Finding[]> {
  const stats = await queue.getStats();
  const store: Finding = {
    queue: queue.name,
    check: 'store',
    ok: true,
    found: `${queue.backend.name} answers, ${counted(stats.total, 'job')}`,
  };
  const staff = await readStaff(queue.backend, queue.clock.now());
  return [
    store,
    await examineWorkers(queue, stats, staff),
    examineLeases(queue, staff),
    await examineBacklog(queue),
    await examineStalls(queue),
    ...(await examineSchedules(queue)),
  ];
}

/** Finds and mends stored jobs that would never run, over the whole store; skips a queue whose store does not answer. */
async function examinePlaces(
  io: Io,
  queue: IQueue,
  others: readonly Finding[],
): Promise<Finding[]> {
  const { diagnostics } = queue.backend;
  const isAbout = ({ queue: name, queues = [] }: Finding): boolean =>
    name === queue.name || queues.includes(queue.name);
  if (others.some((one) => isFailure(one) && isAbout(one))) return [];
  if (diagnostics?.findUnplaced === undefined) return [];
  const progress = progressOnceCounted(io);
  let [found, looked]: [number, number] = [0, 0];
  let cursor: string | undefined;
  try {
    do {
      const part = await diagnostics.findUnplaced(cursor === undefined ? {} : { cursor });
      found += part.found;
      looked += part.looked;
      cursor = part.cursor;
      progress.reach(Math.min(looked, part.total), part.total, `places of ${queue.name}`);
    } while (cursor !== undefined);
  } finally {
    progress.end();
  }
  return [
    {
      queue: queue.name,
      check: 'places',
      ok: found === 0,
      found:
        found === 0
          ? 'each stored job has its place'
          : `${counted(found, 'job was', 'jobs were')} in no state, or waited for what is gone; ${found === 1 ? 'it is' : 'they are'} mended`,
      ...(found > 0 && {
        fix: 'Look for a failover, an eviction or a program or a person that changes the store by hand.',
      }),
    },
  ];
}

/** Makes a finding of an error: the store is away, or cannot be used for a queue. */
async function orFailure(queue: IQueue, find: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await find();
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    const fix =
      'Start the store, or set PHILJS_JOBS_URL, REDIS_URL or DATABASE_URL to its address.';
    return [{ queue: queue.name, check: 'store', ok: false, found, ...(isAway(error) && { fix }) }];
  }
}

function isFailure({ check, ok }: Finding): boolean {
  return check === 'store' && !ok;
}

/** Says once what failed in the same way for several queues. */
function together(findings: readonly Finding[]): Finding[] {
  return findings.flatMap((finding) => {
    const same = findings.filter((one) => isFailure(one) && one.found === finding.found);
    if (!same.includes(finding) || same.length === 1) return [finding];
    return same[0] === finding ? [{ ...finding, queues: same.map(({ queue }) => queue) }] : [];
  });
}

/** Runs the backend's own diagnosis, if it has one: server version, eviction policy, clock skew. */
async function examineBackend(queue: IQueue, queues: readonly string[]): Promise<Finding[]> {
  const { diagnostics } = queue.backend;
  if (diagnostics === undefined) return [];
  const findings = await diagnostics.examine();
  const about = { queue: queue.name, ...(queues.length > 1 && { queues }) };
  return findings.map((finding) => ({ ...about, ...finding }));
}

async function examineWorkers(
  queue: IQueue,
  stats: QueueStats,
  { alive = [] }: Staff,
): Promise<Finding> {
  const next = await nextDelayed(queue, stats);
  const nextDelayedMs = next && next.runAt.getTime() - queue.clock.now();
  const pending = stats.waiting + (next === undefined ? 0 : stats.delayed);
  const isNeeded = needsWorker({ stats, ...(nextDelayedMs !== undefined && { nextDelayedMs }) });
  const ok = alive.length > 0 || !isNeeded;
  return {
    queue: queue.name,
    check: 'workers',
    ok,
    found: `${alive.length} alive, ${counted(pending, 'job')} pending, ${stats.active} active`,
    ...(!ok && { fix: 'Start a worker: philjs-jobs work' }),
  };
}

/** Finds the delayed job that is due first, unless it is a dead letter: those are due last of all, and no worker runs them. */
async function nextDelayed(queue: IQueue, { delayed }: QueueStats): Promise<Job | undefined> {
  if (delayed === 0) return undefined;
  const { jobs } = await queue.getJobs({ status: 'delayed', order: 'oldest', limit: 1 });
  return jobs[0]?.name === DEAD_LETTER ? undefined : jobs[0];
}

/** Looks for active jobs that no worker holds or takes back. */
function examineLeases(queue: IQueue, { alive, lost, abandoned }: Staff): Finding {
  const [first] = abandoned;
  const fix =
    alive?.length === 0
      ? 'Start a worker, which takes them back: philjs-jobs work'
      : `See why: ${showCommand(first?.id ?? '')}`;
  return {
    queue: queue.name,
    check: 'leases',
    ok: first === undefined,
    found:
      lost.length === 0
        ? 'a worker holds each active job'
        : `${counted(lost.length, 'active job')} whose lease has ended, ${abandoned.length} of them abandoned`,
    ...(first !== undefined && { fix }),
  };
}

async function examineBacklog(queue: IQueue): Promise<Finding> {
  const { jobs } = await queue.getJobs({ status: 'waiting', order: 'oldest', limit: 1 });
  const [oldest] = jobs;
  const age = oldest === undefined ? 0 : queue.clock.now() - oldest.runAt.getTime();
  const ok = age < OLD_WAIT_MS;
  return {
    queue: queue.name,
    check: 'backlog',
    ok,
    found:
      oldest === undefined
        ? 'nothing waits'
        : `the next job has been ready for ${Math.round(age / 1000)} s`,
    ...(!ok && { fix: `See why: ${showCommand(oldest?.id ?? '')}` }),
  };
}

/** Writes the command that shows a job, to be copied as it stands. */
function showCommand(id: string): string {
  return `philjs-jobs show ${id.startsWith('-') ? '-- ' : ''}${shellWord(id)}`;
}

async function examineStalls(queue: IQueue): Promise<Finding> {
  const { jobs } = await queue.getJobs({ status: 'failed', order: 'newest', limit: 200 });
  const stalled = jobs.filter(({ error }) => error?.code === 'JOBS_STALLED');
  return {
    queue: queue.name,
    check: 'stalled',
    ok: stalled.length === 0,
    found: `${stalled.length} of the last ${jobs.length} failed jobs lost their worker too often`,
    ...(stalled.length > 0 && {
      fix: 'These crash their worker or block its event loop; look at their logs.',
    }),
  };
}

async function examineSchedules(queue: IQueue): Promise<Finding[]> {
  if (!queue.backend.capabilities.schedules) return [];
  const schedules = await new Scheduler(queue).getAllScheduledJobs();
  const now = queue.clock.now();
  const late = schedules.filter(({ nextRun }) => nextRun && now - nextRun.getTime() > LATE_MS);
  return [
    {
      queue: queue.name,
      check: 'schedules',
      ok: late.length === 0,
      found:
        late.length === 0
          ? `${schedules.length}, none late`
          : `late: ${late.map(({ id }) => id).join(', ')}`,
      ...(late.length > 0 && { fix: fixOf(late) }),
    },
  ];
}

/** A schedule whose payload is computed needs a process that declares it. */
function fixOf(late: readonly ScheduledJob[]): string {
  const undeclared = late.filter((one) => one.undeclared).map(({ id }) => id);
  if (undeclared.length < late.length) return 'Start a process with a scheduler: philjs-jobs work';
  return `Start a process that declares ${undeclared.join(', ')}: its payload is computed for each tick.`;
}

function describe({ queue, queues, check, ok, found, fix }: Finding, output: Output): string {
  const mark = ok ? output.style('green', 'ok ') : output.style('red', 'BAD');
  const line = `${mark} ${queues?.join(', ') ?? queue} ${check}: ${output.hostile(found)}`;
  return fix === undefined ? line : `${line}\n    ${output.hostile(fix)}`;
}
