import { isDeepStrictEqual } from 'node:util';
import { JobsError, type JsonValue } from '@philjs/jobs-core';
import { copyJson, jobNotFoundError } from '@philjs/jobs-core/backend';
import { toJson } from '@philjs/jobs-core/internal';
import { type Redactor, unmask } from '@philjs/jobs-core/redact';
import { inexactNumber } from '../http/exact-number.ts';
import { parseJson } from '../http/parse-json.ts';
import type { Action } from './action.ts';
import { hidingPayload } from './hiding-payload.ts';
import { enqueued, enqueueLike } from './job-actions.ts';

/** The maximum length of an edited payload, in characters; it must also fit the limit of a request's body. */
export const MAX_EDIT = 60_000;

/** Enqueues a job with an edited payload. Replaces the masks in it by the stored values. */
export const edit: Action = async ({ monitor, redactor }, fields) => {
  const queue = monitor.getQueue(fields.queue);
  const { id } = fields;
  const text = fields.text('payload', MAX_EDIT) ?? '';
  const job = await queue.getJob(id);
  if (job === undefined) throw jobNotFoundError(id);
  refuseUnlessJson(job.payload, id);
  const payload = unmask(parsePayload(text), job.payload, redactor);
  return enqueued(await enqueueLike(queue, id, payload, redactor));
};

/** Changes the payload, priority or time of a waiting job. Replaces masks by the stored values, as an edit does. */
export const update: Action = async ({ monitor, redactor }, fields) => {
  const queue = monitor.getQueue(fields.queue);
  const { id } = fields;
  const text = fields.text('payload', MAX_EDIT);
  const priority = fields.integer('priority');
  const runAt = fields.optionalTime('runAt');
  const changes = {
    ...(priority !== undefined && { priority }),
    ...(runAt !== undefined && { runAt }),
  };
  if (text === undefined) {
    await queue.updateJob(id, changes);
    return { changed: 1 };
  }
  const job = await queue.getJob(id);
  if (job === undefined) throw jobNotFoundError(id);
  refuseUnlessJson(job.payload, id);
  const payload = unmask(parsePayload(text), job.payload, redactor);
  await hidingPayload(redactor, { name: job.name, payload }, () =>
    queue.updateJob(id, { ...changes, payload }),
  );
  return { changed: 1 };
};

/**
 * Writes a payload as JSON for editing. Each mask in it names its own place.
 *
 * @throws JobsError `JOBS_CONFLICT` when it is longer than can be edited, or not JSON
 */
export function editableText(payload: unknown, id: string, redactor: Redactor): string {
  refuseUnlessJson(payload, id);
  const text = JSON.stringify(redactor.editable(payload), null, 2) ?? 'null';
  if (text.length <= MAX_EDIT) return text;
  throw new JobsError(
    'JOBS_CONFLICT',
    `The payload of job \`${id}\` is too long to be edited here. It can be duplicated as it is.`,
  );
}

/** Refuses a payload that a codec made and JSON cannot carry: editing would destroy it. */
function refuseUnlessJson(payload: unknown, id: string): void {
  if (isDeepStrictEqual(jsonCopy(payload), payload)) return;
  throw new JobsError(
    'JOBS_CONFLICT',
    `The payload of job \`${id}\` holds what JSON cannot carry, so it cannot be edited. It can be duplicated as it is.`,
  );
}

function jsonCopy(payload: unknown): unknown {
  try {
    return payload === undefined
      ? undefined
      : copyJson(JSON.parse(JSON.stringify(payload)) as JsonValue);
  } catch {
    return Symbol('not JSON');
  }
}

/**
 * Reads an edited payload. Numbers that would not be kept exactly are refused, not rounded.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`, `JOBS_PAYLOAD_NOT_SERIALIZABLE` when it is nested too deep
 */
export function parsePayload(text: string): unknown {
  const payload = parseJson(text, 'payload');
  const inexact = inexactNumber(text);
  // Copied, so that one nested too deep is refused here: what looks for masks in it is recursive.
  if (inexact === undefined) return toJson(payload, 'payload', 'JOBS_PAYLOAD_NOT_SERIALIZABLE');
  throw new JobsError(
    'JOBS_INVALID_ARGUMENT',
    `${inexact} in \`payload\` cannot be kept exactly as a number. Write it in quotes.`,
    { details: { field: 'payload' } },
  );
}
