import type { JsonValue, SerializedError } from '@philjs/jobs-core';
import type {
  AddResult,
  DependencyPage,
  DependencyRecord,
  WorkflowStore,
} from '@philjs/jobs-core/backend';
import { dependencyRecord, fromText, toText } from '@philjs/jobs-core/internal';
import { checkTransaction } from '../database/check-transaction.ts';
import type { Row } from '../database/sqlite-file.ts';
import type { SqliteOptions } from '../sqlite-options.ts';
import { countsOf } from '../state/job-row.ts';
import type { SqliteQueueStore } from '../state/queue-store.ts';
import { addDependents, waitFor } from '../workflow/add-dependents.ts';
import { refuseCircles } from '../workflow/refuse-missing.ts';

/** Names the file and the queue of a workflow store. */
interface Place extends Pick<SqliteOptions, 'path' | 'driver'> {
  readonly queueName: string;
}

/** Stores jobs that wait for each other, in whatever queue of the file they are. */
export class SqliteWorkflowStore implements WorkflowStore {
  readonly #use: () => SqliteQueueStore;
  readonly #place: Place;

  constructor(use: () => SqliteQueueStore, place: Place) {
    this.#use = use;
    this.#place = place;
  }

  /** Stores jobs that wait for others. */
  async add({
    jobs,
    transaction,
  }: Parameters<WorkflowStore['add']>[0]): Promise<readonly AddResult[]> {
    const { queueName } = this.#place;
    if (transaction === undefined) {
      return this.#use().change((change) => addDependents(change, jobs, queueName));
    }
    const database = checkTransaction(transaction, this.#place);
    return this.#use().join(database, (change) => addDependents(change, jobs, queueName));
  }

  /** Stores jobs that the job of a lease waits for. */
  async addChildren({
    lease,
    jobs,
    onDependencyFailure,
  }: Parameters<WorkflowStore['addChildren']>[0]): Promise<readonly AddResult[] | undefined> {
    const { queueName } = this.#place;
    return this.#use().change((change) => {
      const sql = `SELECT key FROM philjs_jobs_jobs WHERE queue = ? AND id = ? AND status = 'active' AND fencing_token = ?`;
      const row = change.file.get(sql, change.queue, toText(lease.id), lease.fencingToken);
      if (row === undefined) return undefined;
      const { key = null } = row;
      refuseCircles(change, key, jobs, queueName);
      const results = addDependents(change, jobs, queueName);
      const dependsOn = results.map(({ id }) => ({ queueName, id }));
      waitFor(change, { key, dependsOn, isVital: onDependencyFailure === 'fail', isChild: true });
      return results;
    });
  }

  /** Reads a page of the jobs that a job waits for. */
  async dependencies({
    job,
    unmet = false,
    withoutResults = false,
    cursor,
    limit,
  }: Parameters<WorkflowStore['dependencies']>[0]): Promise<DependencyPage> {
    const { file } = this.#use();
    const sql = `SELECT e.position, q.name AS queue_name, e.id, e.name, e.is_child, e.is_vital, d.status, ${withoutResults ? '' : 'd.result, '}d.error,
        d.created_at, d.processed_at, d.finished_at, d.waits_for, d.open, d.doom, d.spared
      FROM philjs_jobs_edges e JOIN philjs_jobs_queues q ON q.queue = e.queue LEFT JOIN philjs_jobs_jobs d ON d.key = e.dependency
      WHERE e.dependant = (SELECT key FROM philjs_jobs_jobs WHERE queue = (SELECT queue FROM philjs_jobs_queues WHERE name = ?) AND id = ?)
        AND e.position >= ? ${unmet ? "AND e.state <> 'completed'" : ''}
      ORDER BY e.position LIMIT ? + 0`;
    const from = Number(cursor ?? 0);
    const rows = await file.read(() =>
      file.all(sql, toText(job.queueName), toText(job.id), from, limit + 1),
    );
    const next = rows[limit];
    const dependencies = rows.slice(0, limit).map(toDependency);
    return next === undefined
      ? { dependencies }
      : { dependencies, cursor: String(next['position']) };
  }
}

function toDependency(row: Row): DependencyRecord {
  const { queue_name, id, name, status, result, error, is_child, is_vital } = row;
  const { created_at, processed_at, finished_at, waits_for } = row;
  const edge = {
    queueName: fromText(String(queue_name)),
    id: fromText(String(id)),
    name: fromText(String(name)),
    status: (status ?? 'removed') as DependencyRecord['status'],
    isChild: is_child === 1,
    isTolerated: is_vital === 0,
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
