import type { Backend } from '../contract/backend.ts';
import type { KeyStore } from '../contract/key-store.ts';
import { notSupported } from '../errors/error-factories.ts';
import { checkId, checkName } from '../job/check-name.ts';
import type { JobDefinition } from '../job/job-definition.ts';
import { storedKeyOf } from './key-scope.ts';

/** Looks at the deduplication keys of a queue: those of the jobs of a name, and those of the queue. */
export class DeduplicationKeys {
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Finds the id of the job that holds a key. */
  async holderOf(
    key: string,
    job: JobDefinition | string | undefined,
  ): Promise<string | undefined> {
    return this.#store.find({ key: storedKey(key, job) });
  }

  /** Frees a key; returns whether a job held it. */
  async free(key: string, job: JobDefinition | string | undefined): Promise<boolean> {
    return this.#store.free({ key: storedKey(key, job) });
  }

  /** @throws JobsError `JOBS_NOT_SUPPORTED` */
  get #store(): KeyStore {
    const { keys, name } = this.#backend;
    if (keys === undefined) throw notSupported(name, 'keys');
    return keys;
  }
}

/** Makes the stored form of a key: of the jobs of a name, if that is given, else of the queue. */
function storedKey(key: string, job: JobDefinition | string | undefined): string {
  checkId('key', key);
  if (job === undefined) return storedKeyOf(key, '', 'queue');
  return storedKeyOf(key, checkName('job', typeof job === 'string' ? job : job?.name), 'name');
}
