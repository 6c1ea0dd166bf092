import { parseSearch } from '@philjs/jobs-core/internal';
import { searchLetters } from '../../search/search-letters.ts';
import type { Action } from './action.ts';

/** How long one request goes on, in milliseconds; the page sends the next one. Proxies wait longer than that. */
const REQUEST_MS = 25_000;
/** How long the first jobs of a request may take to end, in milliseconds. */
const CANARY_MS = 20_000;

/**
 * Puts back the jobs of the letters of one cause, oldest first, for at most 25 seconds; a search narrows them. A few go
 * first, and the others follow if those do not fail again. The answer says how many letters are left, and why it
 * stopped: with `aborted` the page continues. `dryRun` only counts.
 */
export const redrive: Action = async ({ monitor, redactor }, fields) => {
  const queue = monitor.getQueue(fields.queue);
  const search = fields.text('search');
  const ids = search && (await searchLetters(queue, parseSearch(search), redactor));
  const query = { fingerprint: fields.id, ...(ids && { ids }) };
  if (fields.flag('dryRun')) {
    const groups = await queue.groups(query);
    return { changed: 0, answer: { matched: groups[0]?.count ?? 0 } };
  }
  const over = new AbortController();
  const timer = monitor.clock.setTimeout(() => over.abort(), REQUEST_MS);
  try {
    const result = await queue.redrive(query, {
      canary: fields.integer('canary'),
      perMinute: fields.integer('perMinute'),
      timeout: CANARY_MS,
      to: monitor.queues,
      signal: over.signal,
    });
    return { changed: result.redriven, answer: result };
  } finally {
    monitor.clock.clearTimeout(timer);
  }
};
