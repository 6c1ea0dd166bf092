import type { WorkflowGraph, WorkflowNode } from '@philjs/jobs-core';
import type { Output } from './output.ts';

/** How many equal jobs are printed, of those that one job waits for; of more, only the first ones are. */
const MOST_EQUAL = 12;
const FIRST = 2;
/** How many steps from the last job are printed. */
const DEEPEST = 40;
/** How many steps are printed beneath each other where all are: what comes before these is a tree of its own, below. */
const PIECE = 400;
const TOO_DEEP = `… (more than ${DEEPEST} steps from the last job: --all)`;

interface TreeOptions {
  /** The queue whose name is left out. */
  readonly queueName: string;
  readonly output: Output;
  /** Whether each job is printed, also of many equal ones, and however deep. */
  readonly all: boolean;
}

/** Prints a workflow, from the last job down to those that started it. */
export class WorkflowTree {
  readonly #graph: WorkflowGraph;
  readonly #options: TreeOptions;
  readonly #before: readonly (readonly number[])[];
  readonly #kinds: readonly number[];
  readonly #path: ReadonlySet<number>;
  readonly #printed = new Set<number>();
  /** The jobs whose trees are printed below. */
  readonly #below: number[] = [];
  readonly #lines: string[] = [];

  constructor(graph: WorkflowGraph, options: TreeOptions) {
    this.#graph = graph;
    this.#options = options;
    this.#path = new Set(graph.criticalPath);
    const before: number[][] = graph.nodes.map(() => []);
    for (const { from, to } of graph.edges) before[to]?.push(from);
    this.#before = before;
    this.#kinds = kindsOf(graph, before);
  }

  /** Returns the lines of the tree. */
  lines(): readonly string[] {
    this.#print(0, '', '', 0);
    // The list grows as it is read.
    for (const place of this.#below) {
      if (this.#printed.has(place)) continue;
      this.#lines.push('');
      this.#print(place, '', '', 0);
    }
    return this.#lines;
  }

  #print(place: number, lead: string, branch: string, depth: number): void {
    const elsewhere = this.#elsewhere(place, depth);
    this.#lines.push(`${branch}${this.#describe(place)}${elsewhere}`);
    if (elsewhere !== '') return;
    const before = this.#before[place] ?? [];
    const isDeep = !this.#options.all && depth === DEEPEST && before.length > 0;
    const entries = isDeep ? [TOO_DEEP] : this.#entriesOf(before);
    for (const [index, entry] of entries.entries()) {
      const isLast = index === entries.length - 1;
      const twig = `${lead}${isLast ? '└─ ' : '├─ '}`;
      if (typeof entry === 'string') this.#lines.push(`${twig}${entry}`);
      else this.#print(entry, `${lead}${isLast ? '   ' : '│  '}`, twig, depth + 1);
    }
  }

  /** Says where the jobs are that one waits for, if that is not beneath it. */
  #elsewhere(place: number, depth: number): string {
    if (this.#printed.has(place)) return ' (above)';
    if (depth === PIECE && (this.#before[place] ?? []).length > 0) {
      this.#below.push(place);
      return ' (below)';
    }
    this.#printed.add(place);
    return '';
  }

  /** Lists jobs that one waits for: each by its place, and in words how many more are equal to those before. */
  #entriesOf(places: readonly number[]): readonly (number | string)[] {
    if (this.#options.all || places.length <= MOST_EQUAL) return places;
    const equal = new Map<number, number[]>();
    for (const place of places) {
      const kind = this.#kinds[place] as number;
      const others = equal.get(kind);
      if (others === undefined) equal.set(kind, [place]);
      else others.push(place);
    }
    return [...equal.values()].flatMap((group) =>
      group.length <= MOST_EQUAL ? group : this.#shortened(group),
    );
  }

  /** Keeps the first of many equal jobs, and the one on the critical path. */
  #shortened(group: readonly number[]): readonly (number | string)[] {
    const onPath = group.filter((place) => this.#path.has(place));
    const shown = [...new Set([...onPath, ...group])].slice(0, FIRST);
    const { name, status } = this.#graph.nodes[group[0] ?? 0] as WorkflowNode;
    const more = (group.length - shown.length).toLocaleString('en');
    return [...shown, `${more} more ${this.#options.output.hostile(name)} ${status}`];
  }

  #describe(place: number): string {
    const { queueName: own, output } = this.#options;
    const { queueName, id, name, status, runMs, error } = this.#graph.nodes[place] as WorkflowNode;
    const where = queueName === own ? id : `${queueName}/${id}`;
    const ran = runMs === undefined ? '' : ` ${runMs} ms`;
    const why = error === undefined ? '' : `: ${error.message}`;
    const state = output.style(error === undefined ? 'dim' : 'red', status);
    const isMarked = this.#path.has(place) && this.#graph.nodes.length > 1;
    const mark = isMarked ? output.style('bold', ' *') : '';
    return `${output.hostile(name)} ${output.hostile(where)} ${state}${ran}${output.hostile(why)}${mark}`;
  }
}

/** Numbers the jobs so that equal ones have equal numbers: of one name and state, and with equal ones before them. */
function kindsOf(
  { nodes, edges }: WorkflowGraph,
  before: readonly (readonly number[])[],
): readonly number[] {
  const after: number[][] = nodes.map(() => []);
  for (const { from, to } of edges) after[from]?.push(to);
  const open = before.map((all) => all.length);
  const order = open.flatMap((count, place) => (count === 0 ? [place] : []));
  const kinds: number[] = [];
  const numbers = new Map<string, number>();
  for (let index = 0; index < order.length; index += 1) {
    const place = order[index] as number;
    const { queueName, name, status } = nodes[place] as WorkflowNode;
    const own = [...new Set((before[place] ?? []).map((one) => kinds[one]))].sort();
    const key = JSON.stringify([queueName, name, status, own]);
    const kind = numbers.get(key) ?? numbers.size;
    numbers.set(key, kind);
    kinds[place] = kind;
    for (const next of after[place] ?? []) {
      open[next] = (open[next] ?? 0) - 1;
      if (open[next] === 0) order.push(next);
    }
  }
  return kinds;
}
