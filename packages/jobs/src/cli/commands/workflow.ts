import type { WorkflowGraph, WorkflowNode } from '@philjs/jobs-core';
import type { Redactor } from '@philjs/jobs-monitor';
import type { Command } from 'commander';
import { withQueues } from '../command-context.ts';
import type { Io } from '../io.ts';
import type { Output } from '../output.ts';
import { parseWholeNumber } from '../parse-value.ts';
import type { GlobalOptions } from '../queue-set.ts';

interface ShowFlags extends GlobalOptions {
  readonly limit: number;
}

/** Registers `workflow`. */
export function registerWorkflow(program: Command, io: Io): void {
  program
    .command('workflow')
    .description('look at jobs that wait for each other')
    .command('show')
    .description('print a job and everything it waits for, as a tree')
    .argument('<id>', 'the id of the job that runs last')
    .option('--limit <count>', 'how many jobs to print at most', parseWholeNumber, 500)
    .action(async (id: string, _flags: unknown, command: Command) => {
      const flags = command.optsWithGlobals<ShowFlags>();
      await withQueues(io, flags, async ({ queues, output, redactor }) => {
        const queue = await queues.ofIds(flags.queue, [id]);
        const graph = masked(await queue.workflow(id).read({ limit: flags.limit }), redactor);
        output.result(graph, () => treeOf(graph, queue.name, output));
      });
    });
}

/** Masks likely secrets in the errors. */
function masked(graph: WorkflowGraph, redactor: Redactor): WorkflowGraph {
  const nodes = graph.nodes.map(({ error, ...node }) => {
    if (error === undefined) return node;
    const { name, message, code } = error;
    const told = { name, message: redactor.text(message), ...(code !== undefined && { code }) };
    return { ...node, error: told };
  });
  return { ...graph, nodes };
}

function treeOf(graph: WorkflowGraph, queueName: string, output: Output): string {
  const before = new Map<number, number[]>();
  for (const { from, to } of graph.edges) before.set(to, [...(before.get(to) ?? []), from]);
  const path = new Set(graph.criticalPath);
  const lines: string[] = [];
  const printed = new Set<number>();
  const print = (at: number, lead: string, branch: string): void => {
    const node = graph.nodes[at] as WorkflowNode;
    const again = printed.has(at);
    printed.add(at);
    const mark = path.has(at) && graph.nodes.length > 1 ? output.style('bold', ' *') : '';
    lines.push(`${branch}${describe(node, queueName, output)}${mark}${again ? ' (above)' : ''}`);
    if (again) return;
    const deeper = before.get(at) ?? [];
    for (const next of deeper.slice(0, -1)) print(next, `${lead}│  `, `${lead}├─ `);
    for (const next of deeper.slice(-1)) print(next, `${lead}   `, `${lead}└─ `);
  };
  print(0, '', '');
  return [...lines, '', summaryOf(graph)].join('\n');
}

function describe(
  { queueName, id, name, status, runMs, error }: WorkflowNode,
  own: string,
  output: Output,
): string {
  const where = queueName === own ? id : `${queueName}/${id}`;
  const ran = runMs === undefined ? '' : ` ${runMs} ms`;
  const why = error === undefined ? '' : `: ${error.message}`;
  const state = output.style(error === undefined ? 'dim' : 'red', status);
  return `${output.hostile(name)} ${output.hostile(where)} ${state}${ran}${output.hostile(why)}`;
}

function summaryOf({ progress, isCut }: WorkflowGraph): string {
  const counts = Object.entries(progress.byStatus).map(([status, jobs]) => `${jobs} ${status}`);
  const cut = isCut ? ', and more that were not read (--limit)' : '';
  return `${progress.ended} of ${progress.total} have ended: ${counts.join(', ')}${cut}. The jobs marked * decide when it ends.`;
}
