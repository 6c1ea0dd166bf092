import type { JsonValue, SerializedError } from '@philjs/jobs-core';
import type { AddResult, NewJob } from '@philjs/jobs-core/backend';
import {
  type DependencyPage,
  type DependencyRecord,
  dependencyCircleError,
  dependencyNotFoundError,
  type WorkflowStore,
} from '@philjs/jobs-core/backend';
import { dependencyRecord, fromText, toText } from '@philjs/jobs-core/internal';
import { checkTransaction } from '../connection/check-transaction.ts';
import type { Queryable, Row } from '../connection/connection.ts';
import { ADDED_COLUMNS, refuseTaken, toResults } from '../jobs/add-jobs.ts';
import { areKeyed, toNewJobs } from '../jobs/to-new-job.ts';
import type { Retainer } from '../lease/retainer.ts';
import { countsOf } from '../store/job-row.ts';
import type { PostgresStore } from '../store/postgres-store.ts';

/** The types of what `add_dependents` takes, for a user's connection. */
const CASTS = ['text::json', 'text::json', 'boolean', 'boolean', 'text', 'float8', 'boolean'];

/** The columns that `dependencies_of` answers, but the results. */
const DEPENDENCY_COLUMNS =
  'place, queue_name, id, name, is_child, is_vital, status, error, created_at, processed_at, finished_at, waits_for, open_deps, failed_deps, spared_deps';

/** Gives the store and the retention of a queue. */
interface Session {
  readonly store: PostgresStore;
  readonly retainer: Retainer;
}

/** Names the job that adds jobs and waits for them. */
type Parent = Pick<Parameters<WorkflowStore['addChildren']>[0], 'lease' | 'onDependencyFailure'>;

/** Stores jobs that wait for each other, in whatever queue of the schema they are. */
export class PostgresWorkflowStore implements WorkflowStore {
  readonly #use: () => Session;

  constructor(use: () => Session) {
    this.#use = use;
  }

  /** Stores jobs that wait for others. */
  async add({
    jobs,
    transaction,
  }: Parameters<WorkflowStore['add']>[0]): Promise<readonly AddResult[]> {
    const within = transaction === undefined ? undefined : checkTransaction(transaction);
    return toResults(jobs, await this.#add(jobs, undefined, within));
  }

  /** Stores jobs that the job of a lease waits for. */
  async addChildren({
    jobs,
    ...parent
  }: Parameters<WorkflowStore['addChildren']>[0]): Promise<readonly AddResult[] | undefined> {
    const rows = await this.#add(jobs, parent);
    if (rows.some(({ outcome }) => outcome === 'lost')) return undefined;
    return toResults(jobs, rows);
  }

  /** Reads a page of the jobs that a job waits for. */
  async dependencies({
    job,
    unmet = false,
    withoutResults = false,
    cursor,
    limit,
  }: Parameters<WorkflowStore['dependencies']>[0]): Promise<DependencyPage> {
    const from = Number(cursor ?? 0);
    const values = [toText(job.queueName), toText(job.id), unmet, from, limit + 1];
    const columns = withoutResults ? DEPENDENCY_COLUMNS : `${DEPENDENCY_COLUMNS}, result`;
    const rows = await this.#use().store.call('dependencies_of', values, columns);
    const next = rows[limit];
    const dependencies = rows.slice(0, limit).map(toDependency);
    return next === undefined ? { dependencies } : { dependencies, cursor: String(next['place']) };
  }

  async #add(jobs: readonly NewJob[], parent?: Parent, transaction?: Queryable): Promise<Row[]> {
    const { store, retainer } = this.#use();
    const edges = edgesOf(jobs);
    const values = [
      toNewJobs(jobs),
      JSON.stringify(edges.map(({ edge }) => edge)),
      areKeyed(jobs),
      transaction !== undefined,
      parent === undefined ? null : toText(parent.lease.id),
      parent?.lease.fencingToken ?? null,
      parent?.onDependencyFailure === 'fail',
    ];
    const rows = await (transaction === undefined
      ? store.call('add_dependents', values, ADDED_COLUMNS)
      : store.callWithin(transaction, 'add_dependents', values, ADDED_COLUMNS, CASTS));
    refuseTaken(jobs, rows);
    this.#refuse(jobs, edges, rows, parent);
    retainer.changed();
    return rows;
  }

  #refuse(
    jobs: readonly NewJob[],
    edges: readonly NewEdge[],
    rows: readonly Row[],
    parent?: Parent,
  ): void {
    for (const { outcome, place } of rows) {
      const index = Number(place) - 1;
      const edge = edges[index];
      if (outcome === 'missing' && edge !== undefined) throw dependencyNotFoundError(edge.of);
      const child = jobs[index];
      if (outcome === 'circle' && child !== undefined) {
        throw dependencyCircleError({ jobId: parent?.lease.id ?? '', childId: child.id });
      }
    }
  }
}

/** Holds what a job waits for, as the functions of the schema take it, and for an error. */
interface NewEdge {
  readonly edge: object;
  readonly of: Parameters<typeof dependencyNotFoundError>[0];
}

function edgesOf(jobs: readonly NewJob[]): NewEdge[] {
  return jobs.flatMap(({ id, dependsOn = [], onDependencyFailure }, index) =>
    dependsOn.map((dependency) => ({
      edge: {
        item: index + 1,
        id: toText(id),
        vital: onDependencyFailure !== 'continue',
        dep_queue: toText(dependency.queueName),
        dep_id: toText(dependency.id),
      },
      of: { jobId: id, dependency },
    })),
  );
}

function toDependency(row: Row): DependencyRecord {
  const { queue_name, id, name, status, result, error, is_child, is_vital } = row;
  const { created_at, processed_at, finished_at, waits_for } = row;
  const edge = {
    queueName: fromText(String(queue_name)),
    id: fromText(String(id)),
    name: fromText(String(name)),
    status: (status ?? 'removed') as DependencyRecord['status'],
    isChild: is_child === true,
    isTolerated: is_vital === false,
  };
  return dependencyRecord(edge, {
    result: typeof result === 'string' ? (JSON.parse(result) as JsonValue) : undefined,
    error: typeof error === 'string' ? (JSON.parse(error) as SerializedError) : undefined,
    createdAt: numberOf(created_at),
    processedAt: numberOf(processed_at),
    finishedAt: numberOf(finished_at),
    dependencies: typeof waits_for === 'number' ? countsOf(row) : undefined,
  });
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
