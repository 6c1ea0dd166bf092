import type { Clock, IQueue, WorkflowGraph } from '@philjs/jobs-core';
import type { Monitor } from '../../monitor/monitor.ts';

/**
 * How long a reading is used, as a multiple of the time it took: pages spend at most a twentieth of their time
 * reading.
 */
const REST = 19;
/** The most readings that are kept. */
const MOST = 10;

interface Kept {
  readonly graph: Promise<WorkflowGraph>;
  /** Until when it is used; for ever while it is under way. */
  until: number;
}

/** Reads workflows for pages. A large one is read less often, and pages of one at the same time share a reading. */
export class WorkflowReadings {
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Reads a workflow by its last job, or returns a reading of the last moments. @throws JobsError as `Workflow.read` */
  read(queue: IQueue, id: string): Promise<WorkflowGraph> {
    const key = JSON.stringify([queue.name, id]);
    const known = this.#kept.get(key);
    const startedAt = this.#clock.now();
    if (known !== undefined && startedAt < known.until) return known.graph;
    const kept: Kept = { graph: queue.workflow(id).read(), until: Number.POSITIVE_INFINITY };
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST && oldest !== undefined) this.#kept.delete(oldest);
    kept.graph.then(
      () => {
        const now = this.#clock.now();
        kept.until = now + REST * (now - startedAt);
      },
      () => {
        if (this.#kept.get(key) === kept) this.#kept.delete(key);
      },
    );
    return kept.graph;
  }

  /** Forgets all readings, after jobs were changed. */
  forget(): void {
    this.#kept.clear();
  }
}

const readings = new WeakMap<Monitor, WorkflowReadings>();

/** Returns the readings that all pages of a monitor share. */
export function readingsOf(monitor: Monitor): WorkflowReadings {
  const known = readings.get(monitor) ?? new WorkflowReadings(monitor.clock);
  readings.set(monitor, known);
  return known;
}
