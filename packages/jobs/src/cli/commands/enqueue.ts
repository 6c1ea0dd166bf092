import { type IQueue, isJobsError, type Job } from '@philjs/jobs-core';
import type { Command } from 'commander';
import { type CommandContext, withQueues } from '../command-context.ts';
import { FailedJobError } from '../failed-job-error.ts';
import type { Io } from '../io.ts';
import { maskedError } from '../masked-error.ts';
import { withBigInts } from '../output.ts';
import { parseDuration, parseTime, parseWeight, parseWholeNumber } from '../parse-value.ts';
import type { GlobalOptions } from '../queue-set.ts';
import { readData } from '../read-data.ts';
import { shellWord } from '../shell-word.ts';
import { UsageError } from '../usage-error.ts';

/** How long `--wait` waits where no worker could run the job. */
const ALONE_MS = 30_000;

interface EnqueueFlags extends GlobalOptions {
  readonly data?: string;
  readonly id?: string;
  readonly delay?: number;
  readonly priority?: number;
  readonly attemptTimeout?: number;
  readonly fairKey?: string;
  readonly weight?: number;
  readonly deadline?: Date;
  readonly tag?: readonly string[];
  readonly wait?: boolean;
  readonly timeout?: number;
}

/** Registers `enqueue`. */
export function registerEnqueue(program: Command, io: Io): void {
  program
    .command('enqueue')
    .description('store a job, to be run by a worker')
    .argument('<job>', 'the name of the job')
    .option('--data <json>', 'the payload: JSON, @file, or - to read it from stdin')
    .option('--id <id>', 'the job id; a known one changes nothing')
    .option('--delay <time>', 'how long to wait first: 500 (ms), 30s, 5m, 2h, 1d', parseDuration)
    .option('--priority <n>', 'higher runs first', parseWholeNumber)
    .option('--tag <tag>', 'a tag to find it by; more than once for several', collect)
    .option(
      '--attempt-timeout <time>',
      "how long each attempt may take, as in 30s (default: the definition's timeout)",
      parseDuration,
    )
    .option('--fair-key <key>', 'the key it takes turns for in a fair queue, such as a tenant')
    .option('--weight <n>', 'its weight in a fair queue: 2 gets twice the turns', parseWeight)
    .option(
      '--deadline <time>',
      'when it is to start at the latest, as 2026-01-31T09:00:00Z',
      parseTime,
    )
    .option('--wait', 'wait until the job has ended and print its result')
    .option(
      '--timeout <time>',
      'how long to wait, as in 30s (default: until it ends; 30s where no worker knows the job)',
      parseDuration,
    )
    .action(async (name: string, _flags: unknown, command: Command) => {
      const flags = command.optsWithGlobals<EnqueueFlags>();
      if (flags.timeout !== undefined && !flags.wait) {
        throw new UsageError('`--timeout` limits `--wait`; give both, or neither');
      }
      await withQueues(io, flags, async (context) => {
        const queue = context.queues.ofJob(flags.queue, name);
        refuseMemory(queue);
        const job = await store(queue, name, flags, io);
        if (flags.wait) await printResult(context, queue, job, flags.timeout);
        else printStored(context, queue, job);
      });
    });
}

async function store(queue: IQueue, name: string, flags: EnqueueFlags, io: Io): Promise<Job> {
  return queue.enqueue(name, await readData(flags.data, io), {
    jobId: flags.id,
    delay: flags.delay,
    priority: flags.priority,
    timeout: flags.attemptTimeout,
    tags: flags.tag,
    fairKey: flags.fairKey,
    weight: flags.weight,
    deadline: flags.deadline,
  });
}

function printStored({ output, redactor }: CommandContext, queue: IQueue, job: Job): void {
  const what = job.duplicate ? 'already exists as' : 'is stored as';
  const text = `${job.name} ${what} ${output.hostile(job.id)} in ${queue.name}`;
  output.result(redactor.whole(job), () => text);
}

/** Waits until a job has ended and prints its result. */
async function printResult(
  { output, redactor }: CommandContext,
  queue: IQueue,
  job: Job,
  askedTimeout: number | undefined,
): Promise<void> {
  output.note(`Waiting for ${output.hostile(job.id)} …`);
  const isAlone = !(await hasWorker(queue, job.name));
  if (isAlone) {
    const until = 'it stays in the queue until one starts (`philjs-jobs work`)';
    output.note(`No worker of ${queue.name} knows ${output.hostile(job.name)}: ${until}`);
  }
  const timeout = askedTimeout ?? (isAlone ? ALONE_MS : undefined);
  const result = await queue.waitFor(job, { timeout }).catch(async (error: unknown) => {
    // As it ended: it may quote the error of another job.
    const ended = await queue.getJob(job.id).catch(() => undefined);
    const masked = maskedError(error, (message) => redactor.about(ended ?? job, message));
    if (ended?.status === 'failed' || ended?.status === 'cancelled') {
      const show = `philjs-jobs show ${shellWord(job.id)}`;
      throw new FailedJobError(masked, `That is how the job ended; \`${show}\` says more.`);
    }
    throw isJobsError(error) ? masked : new FailedJobError(masked);
  });
  const shown = redactor.whole({ ...job, result }).result;
  output.result(shown ?? null, () => JSON.stringify(shown, withBigInts, 2) ?? 'no result');
}

/** Collects the values of an option that is given several times. */
function collect(value: string, given: readonly string[] = []): readonly string[] {
  return [...given, value];
}

/** Refuses a queue whose jobs no other process sees, since they would end with this command. */
function refuseMemory({ name, backend }: IQueue): void {
  if (backend.capabilities.multiProcess) return;
  throw new UsageError(
    `Queue \`${name}\` is in the memory of each process (${backend.name}): the job would end with this ` +
      'command, and no worker would see it. Set REDIS_URL, or DATABASE_URL to a postgres: or sqlite: address, ' +
      'here and where the worker runs.',
  );
}

/** Returns whether a running worker knows a job; returns true where the backend does not list workers. */
async function hasWorker(queue: IQueue, job: string): Promise<boolean> {
  if (!queue.backend.capabilities.workers) return true;
  const workers = await queue.getWorkers();
  return workers.some(({ jobs }) => Object.hasOwn(jobs, job));
}
