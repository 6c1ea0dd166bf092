import { invalidArgument } from '../check/argument.ts';
import type { JobRecord } from '../contract/job-record.ts';
import type { DependencyRecord } from '../contract/workflow-store.ts';
import { dependencyFailedError, notSupported } from '../errors/error-factories.ts';
import { JobsError } from '../errors/jobs-error.ts';
import type { Codec } from '../job/codec.ts';
import type { JobDefinition, JobResult } from '../job/job-definition.ts';
import type { JobDependencies, JobDependency } from '../job/job-dependencies.ts';
import { withChildren } from '../queue/children-from.ts';
import { dependencyPages } from '../queue/dependency-pages.ts';
import { decode } from '../queue/to-job.ts';
import { internalsOf } from './queue-internals.ts';
import type { RunServices } from './run-services.ts';

/** The number of jobs read in one call. */
const PAGE = 1000;

/** Reads all jobs that a job waits for. @throws JobsError `JOBS_NOT_SUPPORTED` when the backend has no workflows */
export async function readDependencies(
  services: RunServices,
  job: Pick<JobRecord, 'id' | 'metadata'>,
): Promise<JobDependencies> {
  const records: DependencyRecord[] = [];
  for await (const page of pagesOf(services, job, PAGE)) records.push(...page);
  return toDependencies(services, records);
}

/** Reads the jobs that a job waits for, a page at a time. @throws JobsError as {@link readDependencies} */
export async function* readDependencyPages(
  services: RunServices,
  job: Pick<JobRecord, 'id' | 'metadata'>,
  size: number,
): AsyncGenerator<JobDependencies, void, undefined> {
  for await (const page of pagesOf(services, job, size)) yield toDependencies(services, page);
}

function pagesOf(
  { backend, queue }: RunServices,
  { id, metadata }: Pick<JobRecord, 'id' | 'metadata'>,
  limit: number,
): AsyncGenerator<readonly DependencyRecord[], void, undefined> {
  if (backend.workflows === undefined) throw notSupported(backend.name, 'workflows');
  const pages = dependencyPages(backend, { job: { queueName: queue.name, id }, limit });
  return withChildren(pages, metadata);
}

function toDependencies(
  { registry, codec, queue, queues }: RunServices,
  records: readonly DependencyRecord[],
): JobDependencies {
  // Another queue may store its results in another way.
  const codecOf = ({ queueName, name }: DependencyRecord): Codec | undefined => {
    const other = queueName === queue.name ? undefined : queues().all.find(isNamed(queueName));
    if (other !== undefined) return internalsOf(other).codecOf(name);
    return registry.get(name)?.codec ?? codec;
  };
  return new ReadDependencies(records, codecOf);
}

function isNamed(queueName: string): (queue: { readonly name: string }) => boolean {
  return ({ name }) => name === queueName;
}

class ReadDependencies implements JobDependencies {
  readonly #records: readonly DependencyRecord[];
  readonly #codecOf: (record: DependencyRecord) => Codec | undefined;

  constructor(
    records: readonly DependencyRecord[],
    codecOf: (record: DependencyRecord) => Codec | undefined,
  ) {
    this.#records = records;
    this.#codecOf = codecOf;
  }

  get size(): number {
    return this.#records.length;
  }

  *[Symbol.iterator](): Iterator<JobDependency> {
    for (const record of this.#records) yield this.#toDependency(record);
  }

  get(id: string): JobDependency | undefined {
    const record = this.#records.find((dependency) => dependency.id === id);
    return record && this.#toDependency(record);
  }

  resultOf<TJob extends JobDefinition>(job: TJob): JobResult<TJob> {
    checkDefinition(job);
    const record = this.#records.find((one) => isOf(job, one));
    if (record === undefined) {
      throw new JobsError('JOBS_NOT_FOUND', `It waited for no job named \`${job.name}\`.`, {
        details: { name: job.name },
      });
    }
    if (record.status !== 'completed') throw dependencyFailedError(record);
    return this.#resultOf(record, job);
  }

  resultsOf<TJob extends JobDefinition>(job: TJob): JobResult<TJob>[] {
    checkDefinition(job);
    return this.#records
      .filter((record) => record.status === 'completed' && isOf(job, record))
      .map((record) => this.#resultOf(record, job));
  }

  #resultOf<TJob extends JobDefinition>(record: DependencyRecord, job: TJob): JobResult<TJob> {
    return decode(job.codec ?? this.#codecOf(record), record.result) as JobResult<TJob>;
  }

  #toDependency({ result, ...record }: DependencyRecord): JobDependency {
    if (record.status !== 'completed') return record;
    return { ...record, result: decode(this.#codecOf(record), result) };
  }
}

/** Refuses a name or an id, of which there would be no result. @throws JobsError `JOBS_INVALID_ARGUMENT` */
function checkDefinition(job: JobDefinition | undefined): void {
  if (typeof job?.name === 'string' && typeof job.options === 'object') return;
  const advice = '`get(id)` finds a job by its id.';
  throw invalidArgument('job', 'a definition made by `defineJob`', job, advice);
}

/** Returns whether a job is of a definition: of its name, and of its queue, where it says one. */
function isOf({ name, options }: JobDefinition, record: DependencyRecord): boolean {
  return record.name === name && (options.queue ?? record.queueName) === record.queueName;
}
