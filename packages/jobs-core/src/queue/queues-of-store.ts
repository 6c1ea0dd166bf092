import { processWide } from '../check/process-wide.ts';
import type { Backend } from '../contract/backend.ts';
import type { JobDefinition } from '../job/job-definition.ts';
import type { Logger } from '../logger/logger.ts';

/** A queue of this process that lists its jobs, and is neither closed nor collected. */
interface Listed {
  readonly queue: WeakRef<object>;
  readonly names: ReadonlySet<string>;
}

type ByName = Map<string, Listed[]>;

const byAddress = processWide('queues by address', () => new Map<string, ByName>());
const byObject = processWide('queues by store', () => new WeakMap<object, ByName>());

interface NewQueue {
  readonly queue: object;
  readonly name: string;
  readonly backend: Backend;
  readonly jobs: readonly JobDefinition[];
  readonly logger: Logger;
}

/**
 * Notes a queue of this process, and warns when another one of the same name and store lists other jobs: the
 * workers of both take jobs that they do not know, and put them back. Returns a function that forgets the queue.
 */
export function noteQueue({ queue, name, backend, jobs, logger }: NewQueue): () => void {
  if (jobs.length === 0) return () => undefined;
  const queues = queuesOf(backend);
  const others = (queues.get(name) ?? []).filter((other) => other.queue.deref() !== undefined);
  const names = new Set(jobs.map((job) => job.name));
  const differing = others
    .map((other) => differences(names, other.names))
    .find((all) => all !== '');
  if (differing !== undefined) {
    logger.warn(
      `Two queues \`${name}\` of one store (${backend.name}) list different jobs in this process: ${differing} in one of them alone. A worker that does not know a job puts it back. List the same \`jobs\` in both, or share one queue.`,
    );
  }
  const own: Listed = { queue: new WeakRef(queue), names };
  queues.set(name, [...others, own]);
  return () => {
    const left = (queues.get(name) ?? []).filter((listed) => listed !== own);
    if (left.length > 0) queues.set(name, left);
    else queues.delete(name);
  };
}

function queuesOf({ name, storeId }: Backend): ByName {
  if (storeId === undefined) return new Map();
  const key = typeof storeId === 'string' ? `${name} ${storeId}` : storeId;
  const known = typeof key === 'string' ? byAddress.get(key) : byObject.get(key);
  if (known !== undefined) return known;
  const queues: ByName = new Map();
  if (typeof key === 'string') byAddress.set(key, queues);
  else byObject.set(key, queues);
  return queues;
}

/** Lists the names that only one of both has. */
function differences(some: ReadonlySet<string>, others: ReadonlySet<string>): string {
  const alone = [
    ...[...some].filter((name) => !others.has(name)),
    ...[...others].filter((name) => !some.has(name)),
  ];
  return alone.map((name) => `\`${name}\``).join(', ');
}
