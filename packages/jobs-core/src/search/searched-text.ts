import type { Job, JobFailure } from '../queue/job.ts';
import { placesIn } from './tokenize.ts';

/** Is what a search reads of a job; a `Job` is one. */
export type SearchedJob = Pick<
  Job,
  | 'id'
  | 'name'
  | 'status'
  | 'payload'
  | 'metadata'
  | 'priority'
  | 'attemptsMade'
  | 'createdAt'
  | 'processedAt'
  | 'finishedAt'
  | 'tags'
  | 'worker'
  | 'error'
> & {
  readonly failures?: readonly Pick<JobFailure, 'worker'>[];
};

/** Returns whether a job holds a text as it is read; in the payload, also as JSON writes it. */
export function includesText(job: SearchedJob, text: string): boolean {
  const payload = jsonOf(job.payload) ?? '';
  const all = `${job.id} ${job.name} ${payload} ${errorText(job)}`.toLowerCase();
  if (all.includes(text)) return true;
  const written = JSON.stringify(text).slice(1, -1);
  return written !== text && payload.toLowerCase().includes(written);
}

/** Returns the text of a job's error, as `error:` searches it. */
export function errorText({ error }: SearchedJob): string {
  return error === undefined
    ? ''
    : `${error.name}: ${error.message} ${error.code ?? ''}`.toLowerCase();
}

/** Reads a value of a payload as text, through own properties only; a number in the path is an index, also in brackets. */
export function textAt(payload: unknown, path: readonly string[]): string | undefined {
  let current = plainOf(payload);
  for (const step of path) {
    const steps = has(current, step) ? [step] : placesIn(step);
    for (const key of steps) {
      if (!has(current, key)) return undefined;
      current = plainOf(current[key]);
    }
  }
  return asText(current);
}

/** Returns the object that has the entries of a map, or the list of a set, as pages show them; a codec may make both. */
function plainOf(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries(value);
  return value instanceof Set ? [...value] : value;
}

function has(value: unknown, key: string): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key);
}

/** Returns the text that a search compares with a value. What JSON writes as a text, such as a date, is that text. */
function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const json = jsonOf(value);
  return json?.startsWith('"') ? (JSON.parse(json) as string) : json;
}

/** Writes a value as JSON, whole numbers of any size as their digits. What a codec makes may have none. */
function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, (_, inner) =>
      typeof inner === 'bigint' ? String(inner) : plainOf(inner),
    );
  } catch {
    return undefined;
  }
}
