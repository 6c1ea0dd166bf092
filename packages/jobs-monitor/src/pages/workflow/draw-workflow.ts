import type { WorkflowGraph } from '@philjs/jobs-core';
import { drawnPart } from './drawn-part.ts';
import { type FoldedGraph, foldGraph, unfolded } from './fold-graph.ts';
import { layOut } from './lay-out.ts';
import type {
  JobsAlike,
  StatusCounts,
  WorkflowBox,
  WorkflowDrawing,
  WorkflowJob,
} from './workflow-data.ts';

/** Holds a drawing, and how many boxes it would have if each job had one. */
export interface Drawn {
  readonly drawing: WorkflowDrawing;
  /** Whether jobs share boxes. */
  readonly isFolded: boolean;
}

/** Lays a workflow out; `jobs` are its nodes as the page shows them. */
export function drawWorkflow(
  graph: WorkflowGraph,
  jobs: readonly WorkflowJob[],
  isUnfolded: boolean,
): Drawn {
  const folded = isUnfolded ? unfolded(graph) : foldGraph(graph);
  const isCritical = criticalEdges(graph, folded);
  const part = drawnPart(folded.boxes.length, folded.edges, isCritical);
  const { count, edges, implied } = part;
  const { width, height, centres, bends } = layOut(count, edges);
  const singles = namesOfSingles(folded, jobs);
  const boxes = folded.boxes.slice(0, count).map((places, box): WorkflowBox => {
    const { x = 0, y = 0 } = centres[box] ?? {};
    const [first = 0] = places;
    const job = jobs[first] as WorkflowJob;
    if (places.length === 1) return { x, y, job };
    return { x, y, alike: alikeOf(places, jobs, singles) };
  });
  const lines = edges.map((edge, index) => ({
    ...edge,
    bends: bends[index] ?? [],
    ...(isCritical(edge) && { isCritical: true as const }),
  }));
  const left = folded.boxes.slice(count).reduce((sum, places) => sum + places.length, 0);
  return {
    drawing: { width, height, boxes, lines, left, implied },
    isFolded: folded.boxes.length < jobs.length,
  };
}

/** Tells the edges along the critical path, whose jobs all have boxes of their own. */
function criticalEdges(
  { criticalPath }: WorkflowGraph,
  { boxes }: FoldedGraph,
): (edge: { readonly from: number; readonly to: number }) => boolean {
  const onPath = new Set(criticalPath);
  const boxOf = new Map<number, number>();
  for (const [box, [place = -1]] of boxes.entries()) if (onPath.has(place)) boxOf.set(place, box);
  const next = new Map<number | undefined, number | undefined>();
  for (const [index, place] of criticalPath.entries()) {
    const after = criticalPath[index + 1];
    if (after !== undefined) next.set(boxOf.get(place), boxOf.get(after));
  }
  return ({ from, to }) => next.get(from) === to;
}

function namesOfSingles({ boxes }: FoldedGraph, jobs: readonly WorkflowJob[]): ReadonlySet<string> {
  return new Set(
    boxes.flatMap(([place = 0, ...more]) => (more.length > 0 ? [] : [jobs[place]?.name ?? ''])),
  );
}

function alikeOf(
  places: readonly number[],
  jobs: readonly WorkflowJob[],
  singles: ReadonlySet<string>,
): JobsAlike {
  const byStatus: { -readonly [status in keyof StatusCounts]: StatusCounts[status] } = {};
  for (const place of places) {
    const { status } = jobs[place] as WorkflowJob;
    byStatus[status] = (byStatus[status] ?? 0) + 1;
  }
  const { name } = jobs[places[0] ?? 0] as WorkflowJob;
  return { name, count: places.length, byStatus, isRest: singles.has(name) };
}
