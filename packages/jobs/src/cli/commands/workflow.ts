import type { IQueue } from '@philjs/jobs-core';
import { hasFailedItself, type WorkflowGraph } from '@philjs/jobs-core/backend';
import type { Command } from 'commander';
import { type CommandContext, withQueues } from '../command-context.ts';
import { confirmed } from '../confirmed.ts';
import { counted } from '../counted.ts';
import type { Io } from '../io.ts';
import { maskWorkflow } from '../mask-workflow.ts';
import { parseWholeNumber } from '../parse-value.ts';
import type { GlobalOptions } from '../queue-set.ts';
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
        const open = ({ progress }: WorkflowGraph): number => progress.total - progress.ended;
        await act(context, id, flags, 'cancelled', open, (queue) =>
          queue.workflow(id).cancel({ reason, force }),
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
        const failed = ({ nodes }: WorkflowGraph): number => nodes.filter(hasFailedItself).length;
        await act(context, id, flags, 'retried', failed, (queue) =>
          queue.workflow(id).retryFailed(),
        );
      });
    });
}

/** Counts, asks, and changes a workflow. */
async function act(
  { io, queues, output }: CommandContext,
  id: string,
  { queue: name, yes }: ActFlags,
  done: 'cancelled' | 'retried',
  count: (graph: WorkflowGraph) => number,
  run: (queue: IQueue) => Promise<number>,
): Promise<void> {
  const queue = await queues.ofIds(name, [id]);
  const matched = count(await queue.workflow(id).read());
  const asks = !yes && matched > 0;
  const verb = done === 'cancelled' ? 'cancel' : 'retry';
  if (
    asks &&
    !(await confirmed(
      io,
      `${verb} ${counted(matched, 'job')} of the workflow ${output.hostile(id)}?`,
    ))
  ) {
    output.result({ matched, [done]: 0 }, () => 'Nothing was done');
    return;
  }
  const changed = matched === 0 ? 0 : await run(queue);
  const words = counted(changed, 'job of the workflow was', 'jobs of the workflow were');
  output.result({ matched, [done]: changed }, () => `${words} ${done}`);
}

function summaryOf({ progress, isCut }: WorkflowGraph): string {
  const counts = Object.entries(progress.byStatus).map(([status, jobs]) => `${jobs} ${status}`);
  const cut = isCut ? ', and more that were not read (--limit)' : '';
  return `${progress.ended} of ${progress.total} have ended: ${counts.join(', ')}${cut}. The jobs marked * decide when it ends.`;
}
