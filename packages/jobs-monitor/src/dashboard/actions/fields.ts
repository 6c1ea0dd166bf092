import type { JobStatus } from '@philjs/jobs-core';
import { JOB_STATUSES } from '@philjs/jobs-core';
import { invalidArgument } from '@philjs/jobs-core/backend';
import {
  checkId,
  checkInteger,
  checkName,
  checkOptions,
  checkTime,
} from '@philjs/jobs-core/internal';
import { namesHiddenBy, redactText } from '@philjs/jobs-core/redact';
import { maskedSearch } from '../../search/masked-search.ts';
import type { AuditEvent } from '../audit.ts';

/** How many jobs one request may name. */
const MAX_IDS = 500;
const MAX_TEXT = 1000;
/** How much of a search that is too long is looked at. */
const MAX_BODY = 4 * MAX_TEXT;

/** Reads the fields of a request's body, and checks each. */
export class Fields {
  readonly #body: Readonly<Record<string, unknown>>;

  /** Accepts a body that has only these fields. @throws JobsError `JOBS_INVALID_ARGUMENT` */
  constructor(body: unknown, known: readonly string[]) {
    this.#body = checkOptions('body', body, known);
  }

  /** Reads the name of a queue. @throws JobsError `JOBS_INVALID_ARGUMENT` */
  get queue(): string {
    return checkName('queue', this.#body['queue']);
  }

  /** Reads the name of jobs. @throws JobsError `JOBS_INVALID_ARGUMENT` */
  get name(): string {
    return checkName('name', this.#body['name']);
  }

  /** Reads the id of a job or a schedule. @throws JobsError `JOBS_INVALID_ARGUMENT` */
  get id(): string {
    return checkId('id', this.#body['id']);
  }

  /** Reads the ids of jobs: 1 to 500. @throws JobsError `JOBS_INVALID_ARGUMENT` */
  get ids(): readonly [string, ...string[]] {
    const ids = this.#body['ids'];
    if (!Array.isArray(ids) || ids.length === 0 || ids.length > MAX_IDS) {
      throw invalidArgument('ids', `an array of 1 to ${MAX_IDS} ids`, ids);
    }
    const checked = ids.map((id, index) => checkId(`ids[${index}]`, id));
    return [...new Set(checked)] as unknown as readonly [string, ...string[]];
  }

  /** Reads the state in which the jobs were shown, if it is given. @throws JobsError `JOBS_INVALID_ARGUMENT` */
  get status(): JobStatus | undefined {
    const { status } = this.#body;
    if (status === undefined || isStatus(status)) return status;
    throw invalidArgument('status', `one of ${JOB_STATUSES.join(', ')}`, status);
  }

  /** Reads an optional text. @throws JobsError `JOBS_INVALID_ARGUMENT` */
  text(name: string, max: number = MAX_TEXT): string | undefined {
    const text = this.#body[name];
    if (text === undefined) return undefined;
    if (typeof text === 'string' && text.length <= max) return text;
    throw invalidArgument(name, `a text of at most ${max} characters`, text);
  }

  /** Reads an optional list of texts, at most 100. @throws JobsError `JOBS_INVALID_ARGUMENT` */
  texts(name: string): readonly string[] | undefined {
    const list = this.#body[name];
    if (list === undefined) return undefined;
    const isList = Array.isArray(list) && list.length <= 100;
    if (isList && list.every((text) => typeof text === 'string')) return list;
    throw invalidArgument(name, 'a list of at most 100 texts', list);
  }

  /** Reads a boolean, false when absent. @throws JobsError `JOBS_INVALID_ARGUMENT` */
  flag(name: string): boolean {
    const flag = this.#body[name] ?? false;
    if (typeof flag === 'boolean') return flag;
    throw invalidArgument(name, 'true or false', flag);
  }

  /** Reads a whole number from 1 to `most`; returns `most` when absent. @throws JobsError `JOBS_INVALID_ARGUMENT` */
  count(name: string, most: number): number {
    return checkInteger(name, this.#body[name] ?? most, { min: 1, max: most });
  }

  /** Reads a whole number from 0. @throws JobsError `JOBS_INVALID_ARGUMENT` */
  number(name: string): number {
    return checkInteger(name, this.#body[name], { min: 0, max: Number.MAX_SAFE_INTEGER });
  }

  /** Reads an optional whole number. @throws JobsError `JOBS_INVALID_ARGUMENT` */
  integer(name: string): number | undefined {
    const value = this.#body[name];
    if (value === undefined) return undefined;
    const range = { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };
    return checkInteger(name, value, range);
  }

  /** Reads an optional time in epoch milliseconds. @throws JobsError `JOBS_INVALID_ARGUMENT` */
  optionalTime(name: string): number | undefined {
    return this.#body[name] === undefined ? undefined : checkTime(name, this.#body[name]);
  }

  /** Reads a time in epoch milliseconds. @throws JobsError `JOBS_INVALID_ARGUMENT` */
  time(name: string): Date {
    return new Date(checkTime(name, this.#body[name]));
  }

  /** Returns the fields for the audit log, valid or not; a search loses what it looks for in hidden fields. */
  summary(hides: (path: readonly string[]) => boolean): AuditedFields {
    const { queue, name, id, ids, status, search, reason, force, note, from, to } = this.#body;
    const named = Array.isArray(ids) ? ids : [id];
    const known = named.filter((one) => typeof one === 'string').slice(0, 20);
    const isSpan = isTime(from) && isTime(to);
    const isSecretName = namesHiddenBy(hides);
    const masked = (text: string): string => redactText(text, MAX_TEXT, isSecretName);
    return {
      ...(typeof queue === 'string' && { queue: queue.slice(0, 200) }),
      ...(typeof name === 'string' && { name: name.slice(0, 200) }),
      ...(known.length > 0 && { ids: known.map((one) => one.slice(0, 256)) }),
      ...(isStatus(status) && { status }),
      ...(typeof search === 'string' && {
        search: redactText(maskedSearch(search.slice(0, MAX_BODY), hides), MAX_TEXT),
      }),
      ...(typeof reason === 'string' && { reason: masked(reason) }),
      ...(force === true && { force }),
      ...(typeof note === 'string' && { note: masked(note) }),
      ...(isSpan && { span: [new Date(from), new Date(to)] as const }),
    };
  }
}

/** Lists the fields of an action that the audit log records. */
export type AuditedFields = Pick<
  AuditEvent,
  'queue' | 'name' | 'ids' | 'status' | 'search' | 'reason' | 'force' | 'note' | 'span'
>;

function isStatus(value: unknown): value is JobStatus {
  return JOB_STATUSES.some((status) => status === value);
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= 8.64e15;
}
