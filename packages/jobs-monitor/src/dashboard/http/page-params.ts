import { invalidArgument } from '@philjs/jobs-core/backend';
import type { PageParams } from '../../pages/page-source.ts';
import type { PageName } from '../../view/page-name.ts';
import { parseJson } from './parse-json.ts';

const MAX_LENGTH = 2000;

/** Lists the parameters of each page. */
const KNOWN: { readonly [page in PageName]: readonly string[] } = {
  overview: ['problems'],
  jobs: ['queue', 'q', 'cursor', 'scanned', 'limit'],
  job: ['queue', 'id', 'of', 'ofQueue'],
  workflow: ['queue', 'id', 'status', 'name', 'from', 'fold', 'size'],
  enqueue: ['queue', 'name'],
  failures: ['queue', 'q', 'order', 'show', 'cursor', 'scanned'],
  'dead-letters': ['queue', 'q'],
  schedules: ['q'],
  workers: [],
  metrics: ['queue', 'name', 'span'],
};

/**
 * Reads the parameters of a page. Accepts only known ones, each once and within a maximum length. Treats
 * empty ones as absent, because forms send them.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function pageParams(page: PageName, search: URLSearchParams): PageParams {
  const params = new Map<string, string>();
  for (const [given, written] of search) {
    const [name, value] = plain(given, written);
    if (!KNOWN[page].includes(name)) {
      const known = KNOWN[page].join(', ') || 'none';
      throw invalidArgument('parameters', `some of ${known}`, name.slice(0, 100));
    }
    if (params.has(name)) throw invalidArgument(name, 'given once', 2);
    if (value.length > MAX_LENGTH) {
      throw invalidArgument(name, `at most ${MAX_LENGTH} characters`, value.length);
    }
    if (value !== '') params.set(name, value);
  }
  return params;
}

/** Reads a parameter whose name has a star: JSON of a text that an address cannot carry. */
function plain(name: string, value: string): readonly [name: string, value: string] {
  if (!name.endsWith('*')) return [name, value];
  const text = parseJson(value, name);
  if (typeof text === 'string') return [name.slice(0, -1), text];
  throw invalidArgument(name, 'a text as JSON', value.slice(0, 100));
}
