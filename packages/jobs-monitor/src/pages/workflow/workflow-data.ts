import type { JobStatus } from '@philjs/jobs-core';

/** Names a state of a job of a workflow. */
export type NodeStatus = JobStatus | 'removed';

/** Counts jobs by state; states that no job is in are absent. */
export type StatusCounts = { readonly [status in NodeStatus]?: number };

/** Names a job of any queue. */
export interface JobPlaceName {
  readonly queue: string;
  readonly id: string;
}

/** Holds the facts of one job of a workflow. Times are epoch milliseconds. */
export interface WorkflowJob extends JobPlaceName {
  readonly name: string;
  readonly status: NodeStatus;
  /** Whether it is one of the jobs that decide when the last one ends. */
  readonly isCritical?: true;
  readonly startedAt?: number;
  readonly finishedAt?: number;
}

/** Holds a row of the list. */
export interface WorkflowRow extends WorkflowJob {
  /** The error it failed or was cancelled with, in one line, masked. */
  readonly error?: string;
}

/** Stands in the drawing for jobs that are alike: of one name, which wait for the same and are waited for alike. */
export interface JobsAlike {
  readonly name: string;
  readonly count: number;
  readonly byStatus: StatusCounts;
  /** Whether others of them have boxes of their own. */
  readonly isRest: boolean;
}

/** Holds a box of the drawing: one job, or many that are alike. */
export type WorkflowBox = {
  /** Its centre. */
  readonly x: number;
  readonly y: number;
} & ({ readonly job: WorkflowJob } | { readonly alike: JobsAlike });

/** Holds a line of the drawing, from a box to one that waits for it. */
export interface WorkflowLine {
  /** The places of the boxes. */
  readonly from: number;
  readonly to: number;
  /** The points it goes through between them: x and y in turn. */
  readonly bends: readonly number[];
  readonly isCritical?: true;
}

/** Holds a drawing, laid out. */
export interface WorkflowDrawing {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly WorkflowBox[];
  readonly lines: readonly WorkflowLine[];
  /** How many jobs are in no box: those farthest from the last one. */
  readonly left: number;
  /** How many dependencies have no line, since they follow from others. */
  readonly implied: number;
}

/** Holds a line of the picture of time. */
export interface GanttRow {
  readonly job: WorkflowJob;
  /** When all that it waited for had ended, or it was enqueued, if that was later; in epoch milliseconds. */
  readonly readyAt: number;
}

/** Says how large the drawing is: as wide as the page, or as large as it is readable. */
export type DrawingSize = 'fit' | 'full';

/** Holds the data of the page of a workflow. Times are epoch milliseconds. */
export interface WorkflowData extends JobPlaceName {
  /** The name of the job that runs last. */
  readonly name: string;
  readonly status: JobStatus;
  readonly total: number;
  readonly ended: number;
  readonly byStatus: StatusCounts;
  /** How many failed or were cancelled themselves, not for one that they waited for. */
  readonly failedItself: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  /** Whether it has more jobs than were read. */
  readonly isCut: boolean;
  /** The first and the last of the jobs that decide when it ends, in the order in which they run. */
  readonly critical: readonly WorkflowJob[];
  /** How many of those there are. */
  readonly criticalTotal: number;
  readonly drawing: WorkflowDrawing;
  /** The jobs whose time is drawn. */
  readonly gantt: readonly GanttRow[];
  /** Whether jobs that are alike have a box each. */
  readonly isUnfolded: boolean;
  /** Whether that is possible, and makes a difference. */
  readonly canUnfold: boolean;
  /** Whether the drawing is to be as wide as the page, if the reader chose. */
  readonly size?: DrawingSize;
  /** A page of the list. */
  readonly rows: readonly WorkflowRow[];
  /** How many rows are on the pages before. */
  readonly before: number;
  /** How many rows the list has in all. */
  readonly matched: number;
  /** The state and the name that the list is narrowed to. */
  readonly only: { readonly status?: string; readonly name?: string };
}
