import type { LogLine } from '@philjs/jobs-core';
import { KEPT_LOG_LINES, type LogStore } from '@philjs/jobs-core/backend';
import type { QueueState } from '../state/queue-state.ts';
import { rareOf } from '../state/stored-job.ts';

/** Keeps the logs of jobs inside the jobs, so that they are removed together. */
export class MemoryLogStore implements LogStore {
  readonly #state: () => QueueState;

  constructor(state: () => QueueState) {
    this.#state = state;
  }

  /** Appends lines, dropping the oldest beyond 1,000. */
  async append({ id, lines }: Parameters<LogStore['append']>[0]): Promise<void> {
    const job = this.#state().table.get(id);
    if (job === undefined) return;
    const rare = rareOf(job);
    rare.logs ??= [];
    for (const { at, attempt, message } of lines) rare.logs.push({ at, attempt, message });
    if (rare.logs.length > KEPT_LOG_LINES) rare.logs.splice(0, rare.logs.length - KEPT_LOG_LINES);
  }

  /** Reads lines; `total` and `offset` count those that are kept. */
  async read(
    params: Parameters<LogStore['read']>[0],
  ): Promise<{ lines: LogLine[]; total: number }> {
    const { id, offset = 0, limit = KEPT_LOG_LINES } = params;
    const logs = this.#state().table.get(id)?.rare?.logs ?? [];
    const lines = logs.slice(offset, offset + limit).map((line) => ({ ...line }));
    return { lines, total: logs.length };
  }
}
