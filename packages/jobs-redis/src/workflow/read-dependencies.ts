import type { DependencyPage, DependencyRecord, WorkflowStore } from '@philjs/jobs-core/backend';
import { dependencyRecord } from '@philjs/jobs-core/internal';
import { decodeJobId, heldJobId } from '../keys/job-id.ts';
import { checkQueueName } from '../keys/queue-name.ts';
import { toJobHash, toJobRecord } from '../record/job-hash.ts';
import { luaSource } from '../script/lua-source.ts';
import { FLOW } from '../script/parts.ts';
import { defineScript, words } from '../script/script.ts';
import type { QueueStore } from '../store/queue-store.ts';

/** How many rows one script reads. */
const MOST_READ = 250;

/**
 * One job that another waits for: its place, ref, name, `1` if it is a child, `1` if its failure does not matter, its state,
 * and the fields of its hash: of a result that is left out, whether there is one.
 */
type DependencyRow = readonly [
  place: string,
  ref: string,
  name: string,
  isChild: string,
  isTolerated: string,
  state: string,
  hash: readonly (string | number | null)[],
];

/** The fields of a job's hash that say what became of it, in the order they are returned: its result comes last. */
const FACTS =
  'name timestamp processedOn finishedOn failedReason pj:error stacktrace pj:deps pj:open pj:doom pj:spared';
const DEPENDENCY_FIELDS: readonly string[] = words(`${FACTS} returnvalue`);

/**
 * Reads jobs that a job of any queue waits for, from a place on. Its id is given as it is stored and, after a NUL, as BullMQ
 * may have stored it. Returns them, and the place to go on from, or nothing when no edge is left.
 */
const dependenciesScript = defineScript('ReadDependencies', 'queueName ids unmet lean from most')<
  readonly [rows: readonly DependencyRow[], next: string]
>(FLOW, luaSource(new URL('./read-dependencies.lua', import.meta.url)));

/** Reads a page of the jobs that a job waits for; see `WorkflowStore.dependencies`. */
export async function readDependencies(
  store: QueueStore,
  { job, unmet, withoutResults, cursor, limit }: Parameters<WorkflowStore['dependencies']>[0],
): Promise<DependencyPage> {
  const dependencies: DependencyRecord[] = [];
  let from = cursor ?? '0';
  do {
    const [rows, next] = await store.run(dependenciesScript, {
      queueName: checkQueueName(job.queueName),
      ids: heldJobId(job.id),
      unmet: unmet ? '1' : '0',
      lean: withoutResults ? '1' : '0',
      from,
      most: Math.min(MOST_READ, limit + 1 - dependencies.length),
    });
    for (const row of rows) {
      if (dependencies.length === limit) return { dependencies, cursor: row[0] };
      dependencies.push(toDependency(row));
    }
    from = next;
  } while (from !== '');
  return { dependencies };
}

/** Reads a job that another waits for. */
function toDependency(row: DependencyRow): DependencyRecord {
  const [, ref, name, isChild, isTolerated, state, values] = row;
  const colon = ref.indexOf(':');
  // The script names the states as core does.
  const status = state as DependencyRecord['status'];
  const edge = {
    ...{ queueName: ref.slice(0, colon), id: decodeJobId(ref.slice(colon + 1)), name, status },
    ...{ isChild: isChild === '1', isTolerated: isTolerated === '1' },
  };
  if (status === 'removed') return dependencyRecord(edge);
  const hash = values.flatMap((value, index) =>
    typeof value === 'string' ? [DEPENDENCY_FIELDS[index] ?? '', value] : [],
  );
  return dependencyRecord(edge, toJobRecord('', status, toJobHash(hash), {}));
}
