import type { SerializedError } from '@philjs/jobs-core';
import { parseOwn } from '../record/stored-json.ts';
import type { QueueStore } from '../store/queue-store.ts';
import type { EntryFacts, StreamEntry } from './stream-entry.ts';

/** How many names are remembered. */
const MAX_NAMES = 10_000;

/**
 * Keeps what the entries of the stream leave out: the name of the job, known from its `added` entry or read from the
 * job, the whole error, which an entry of ours holds just before BullMQ's `failed`, and a large result.
 */
export class EventFacts {
  readonly #store: QueueStore;
  readonly #names = new Map<string, string>();
  readonly #errors = new Map<string, SerializedError>();
  readonly #results = new Map<string, string>();

  constructor(store: QueueStore) {
    this.#store = store;
  }

  /** Learns what is missing for some entries, in one round trip. */
  async prepare(entries: readonly StreamEntry[]): Promise<void> {
    const unknown = new Set<string>();
    const large = new Set<string>();
    for (const { fields } of entries) {
      const { jobId, name } = fields;
      if (jobId === undefined) continue;
      if (name) this.#remember(jobId, name);
      else if (!this.#names.has(jobId)) unknown.add(jobId);
      if (fields['pj:large']) large.add(jobId);
    }
    const names = this.#read('name', unknown, (id, name) => this.#remember(id, name));
    const results = this.#read('returnvalue', large, (id, text) => this.#results.set(id, text));
    await Promise.all([names, results]);
  }

  async #read(
    field: string,
    ids: ReadonlySet<string>,
    keep: (id: string, text: string) => void,
  ): Promise<void> {
    if (ids.size === 0) return;
    const { link, key } = this.#store;
    const answers = await link.run((client) => {
      const pipeline = client.pipeline();
      for (const id of ids) pipeline.hget(key(id), field);
      return pipeline.exec();
    });
    for (const [index, id] of [...ids].entries()) {
      const text = answers?.[index]?.[1];
      if (typeof text === 'string') keep(id, text);
    }
  }

  /** Returns what is known of an entry; call it in the order of the stream. */
  of({ fields }: StreamEntry): EntryFacts {
    const { event, jobId = '', error: text } = fields;
    const name = this.#names.get(jobId);
    if (event === 'pj:failure') {
      const error = parseOwn<SerializedError | undefined>(text ?? '', undefined);
      if (error !== undefined && !fields['runAt']) this.#errors.set(jobId, error);
      return { name, error };
    }
    const error = this.#errors.get(jobId);
    if (event === 'failed') this.#errors.delete(jobId);
    if (event === 'removed') this.#names.delete(jobId);
    const result = this.#results.get(jobId);
    if (event === 'completed') this.#results.delete(jobId);
    return { name, error, result };
  }

  #remember(jobId: string, name: string): void {
    this.#names.delete(jobId);
    this.#names.set(jobId, name);
    if (this.#names.size <= MAX_NAMES) return;
    for (const oldest of this.#names.keys()) {
      this.#names.delete(oldest);
      return;
    }
  }
}
