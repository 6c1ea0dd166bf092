import type { Explanation, JobFailure, JobStep } from '@philjs/jobs-core';
import { type Job, JobsError } from '@philjs/jobs-core';
import type { Command } from 'commander';
import { withQueues } from '../command-context.ts';
import type { Io } from '../io.ts';
import { errorText, jsonText, type Output } from '../output.ts';
import type { GlobalOptions } from '../queue-set.ts';
import { stepText } from '../step-text.ts';

/** Registers `show`. */
export function registerShow(program: Command, io: Io): void {
  program
    .command('show')
    .description('show a job: what it is, and why it is not running')
    .argument('<id>', 'the id of the job')
    .action(async (id: string, _flags: unknown, command: Command) => {
      const flags = command.optsWithGlobals<GlobalOptions>();
      await withQueues(io, flags, async ({ queues, output, redactor }) => {
        const queue = await queues.ofIds(flags.queue, [id]);
        const job = await queue.getJob(id);
        if (job === undefined) {
          throw new JobsError('JOBS_NOT_FOUND', `There is no job \`${id}\` in queue ${queue.name}`);
        }
        const isWhole = flags.json === true;
        const stored = queue.backend.steps === undefined ? [] : await queue.getSteps(id);
        const steps = redactor.steps(job, stored, isWhole);
        const shown = isWhole ? redactor.whole(job) : redactor.job(job);
        const explained = await queue.explain(id);
        const explanation: Explanation = {
          ...explained,
          summary: redactor.about(job, explained.summary),
          reasons: explained.reasons.map((one) => ({
            ...one,
            message: redactor.about(job, one.message),
          })),
        };
        const all = { ...shown, ...(steps.length > 0 && { steps }), explanation };
        output.result(all, () => describe(shown, { steps, explanation }, output));
      });
    });
}

interface Beside {
  readonly steps: readonly JobStep[];
  readonly explanation: Explanation;
}

function describe(job: Job, { steps, explanation }: Beside, output: Output): string {
  const rows: [string, string][] = [
    ['id', job.id],
    ['name', job.name],
    ['status', job.status],
    ...explanation.reasons.map(({ message }): [string, string] => ['why', message]),
    ['payload', jsonText(job.payload)],
    ['attempts', `${job.attemptsMade} of ${job.maxAttempts}`],
    ['tags', (job.tags ?? []).join(', ')],
    ['timeout', job.timeout === undefined ? '' : `${job.timeout} ms`],
    ['priority', String(job.priority)],
    ['fair key', job.fairKey ?? ''],
    ['weight', job.weight === undefined ? '' : String(job.weight)],
    ['deadline', job.deadline?.toISOString() ?? ''],
    ['created', job.createdAt.toISOString()],
    ['due', job.runAt.toISOString()],
    ['started', job.processedAt?.toISOString() ?? ''],
    ['worker', job.worker ?? ''],
    ['finished', job.finishedAt?.toISOString() ?? ''],
    ...steps.map((step): [string, string] => [step.kind, stepText(step)]),
    ['progress', job.progress === 0 ? '' : jsonText(job.progress)],
    ['result', jsonText(job.result)],
    ['error', job.error === undefined ? '' : errorText(job.error)],
    ...(job.failures ?? []).map(failureRow),
  ];
  return rows
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${output.style('bold', key.padEnd(9))} ${output.hostile(value)}`)
    .join('\n');
}

function failureRow({ attempt, startedAt, failedAt, error }: JobFailure): [string, string] {
  const ranMs = failedAt.getTime() - startedAt.getTime();
  return [
    `attempt ${attempt}`,
    `failed ${failedAt.toISOString()} after ${ranMs} ms: ${errorText(error)}`,
  ];
}
