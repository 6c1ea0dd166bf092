import type {
  Workflow,
  WorkflowActionOptions,
  WorkflowActionProgress,
  WorkflowGraph,
} from '@philjs/jobs-core';
import type { Command } from 'commander';
import { type CommandContext, withQueues } from '../command-context.ts';
import { confirmed } from '../confirmed.ts';
import { counted } from '../counted.ts';
import type { Io } from '../io.ts';
import { maskWorkflow } from '../mask-workflow.ts';
import { parseWholeNumber } from '../parse-value.ts';
import { progressOnceCounted } from '../progress.ts';
import type { GlobalOptions } from '../queue-set.ts';
import { ReportedError } from '../reported-error.ts';
import { untilInterrupted } from '../until-interrupted.ts';
import { WorkflowTree } from '../workflow-tree.ts';

interface ShowFlags extends GlobalOptions {
  readonly limit: number;
  readonly all?: boolean;
}

interface ActFlags extends GlobalOptions {
  readonly yes?: boolean;
  readonly reason?: string;
  readonly force?: boolean;
}

/** Registers `workflow` and its subcommands. */
export function registerWorkflow(program: Command, io: Io): void {
  const group = program
    .command('workflow')
    .description('look at jobs that wait for each other, and cancel or retry them');
  group
    .command('show')
    .description('print a job and everything it waits for, as a tree')
    .argument('<id>', 'the id of the job that runs last')
    .option('--limit <count>', 'how many jobs to read at most', parseWholeNumber, 11_000)
    .option('--all', 'print every job, instead of a count of equal ones')
    .action(async (id: string, _flags: unknown, command: Command) => {
      const flags = command.optsWithGlobals<ShowFlags>();
      await withQueues(io, flags, async ({ queues, output, redactor }) => {
        const queue = await queues.ofIds(flags.queue, [id]);
        const read = await queue.workflow(id).read({ limit: flags.limit });
        const graph = await maskWorkflow(read, queues.queues, redactor);
        const options = { queueName: queue.name, output, all: flags.all === true };
        output.result(graph, () =>
          [...new WorkflowTree(graph, options).lines(), '', summaryOf(graph)].join('\n'),
        );
      });
    });
  group
    .command('cancel')
    .description('cancel the jobs of a workflow that have not ended')
    .argument('<id>', 'the id of the job that runs last')
    .option('--reason <text>', 'why')
    .option('--force', 'do not wait for the handlers to stop')
    .option('--yes', 'do not ask')
    .action(async (id: string, _flags: unknown, command: Command) => {
      const flags = command.optsWithGlobals<ActFlags>();
      await withQueues(io, flags, async (context) => {
        const { reason, force } = flags;
        await act(context, id, flags, 'cancelled', (flow, how) =>
          flow.cancel({ reason, force, ...how }),
        );
      });
    });
  group
    .command('retry')
    .description('retry the jobs of a workflow that failed or were cancelled')
    .argument('<id>', 'the id of the job that runs last')
    .option('--yes', 'do not ask')
    .action(async (id: string, _flags: unknown, command: Command) => {
      const flags = command.optsWithGlobals<ActFlags>();
      await withQueues(io, flags, async (context) => {
        await act(context, id, flags, 'retried', (flow, how) => flow.retryFailed(how));
      });
    });
}

/** Counts, asks, and changes a workflow, however many jobs it has. */
async function act(
  context: CommandContext,
  id: string,
  { queue: name, yes }: ActFlags,
  done: 'cancelled' | 'retried',
  run: (flow: Workflow, how: WorkflowActionOptions) => Promise<number>,
): Promise<void> {
  const { io, queues, output } = context;
  const queue = await queues.ofIds(name, [id]);
  const flow = queue.workflow(id);
  if (!yes) {
    const matched = await run(flow, { dryRun: true });
    const verb = done === 'cancelled' ? 'cancel' : 'retry';
    const what = `${counted(matched, 'job')} of the workflow ${output.hostile(id)}`;
    const agreed = matched === 0 || (await confirmed(io, `${verb} ${what}?`));
    if (!agreed) {
      output.result({ matched, [done]: 0 }, () => 'Nothing was done');
      return;
    }
  }
  const adviceFor = async (): Promise<string> => {
    // Of many jobs that are cancelled the first, which is the last to run, may be removed before Ctrl-C.
    if ((await queue.getJob(id)) !== undefined) return 'Call it again for the others';
    return `The job ${output.hostile(id)} is not kept: find the others by \`philjs-jobs cancel --search QUERY\``;
  };
  await change(context, done, (how) => run(flow, how), adviceFor);
}

/** Changes the jobs, and says how it ended. @throws ReportedError when Ctrl-C left some of them */
async function change(
  { io, output }: CommandContext,
  done: 'cancelled' | 'retried',
  run: (how: WorkflowActionOptions) => Promise<number>,
  adviceFor: () => Promise<string>,
): Promise<void> {
  const signal = untilInterrupted();
  const progress = progressOnceCounted(io);
  let reached: WorkflowActionProgress = { matched: 0, tried: 0, changed: 0 };
  const onProgress = (now: WorkflowActionProgress): void => {
    reached = now;
    progress.reach(now.tried, now.matched);
  };
  const changed = await run({ signal, onProgress }).finally(() => progress.end());
  const { matched, tried, requested = 0 } = reached;
  const isStopped = signal.aborted && (matched === 0 || tried < matched);
  const counts = { matched, [done]: changed - requested, ...(requested > 0 && { requested }) };
  const asked = requested > 0 ? `, ${requested} asked to stop` : '';
  if (!isStopped) {
    const words = counted(
      changed - requested,
      'job of the workflow was',
      'jobs of the workflow were',
    );
    output.result(counts, () => `${words} ${done}${asked}`);
    return;
  }
  const all = counted(matched, 'job of the workflow was', 'jobs of the workflow were');
  const words =
    matched === 0 ? 'nothing was done' : `${changed - requested} of ${all} ${done}${asked}`;
  const advice = await adviceFor();
  output.result({ ...counts, stopped: true }, () => `Stopped: ${words}. ${advice}`);
  throw new ReportedError('Ctrl-C before the end');
}

function summaryOf({ progress, isCut }: WorkflowGraph): string {
  const counts = Object.entries(progress.byStatus).map(([status, jobs]) => `${jobs} ${status}`);
  const cut = isCut ? ', and more that were not read (--limit)' : '';
  return `${progress.ended} of ${progress.total} have ended: ${counts.join(', ')}${cut}. The jobs marked * decide when it ends.`;
}
