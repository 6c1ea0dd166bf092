import { invalidArgument, type Job, type LogLine, type SerializedError } from '@philjs/jobs-core';
import { type PlainValue, type Replacer, toPlain } from './plain-value.ts';
import { MASK, redactText } from './redact-text.ts';
import { SecretValues } from './secret-values.ts';
import { isSensitiveName } from './sensitive-name.ts';

/** How much of a text is searched for secrets, in characters. */
const LOOKED_AT = 80_000;
/** The parts of a job that its users wrote. */
const PARTS = ['payload', 'metadata', 'result', 'progress'] as const;

/**
 * Says what is masked besides what always is: names of fields (`iban`), and paths from the root of a
 * job, whose parts may be `*` (`payload.users.*.email`). `false` masks nothing at all.
 */
export type RedactOption = readonly string[] | false;

/** Masks what nobody is to see. */
export interface Redactor {
  /** Masks a job: fields, and what was in them wherever else it stands. */
  job(job: Job): Job;
  /** Masks the log of a job. */
  logs(job: Job, lines: readonly LogLine[]): readonly LogLine[];
  /** Masks a text about a job, such as why it does not run. */
  about(job: Job, text: string): string;
  /** Masks a text that belongs to no job. */
  text(text: string): string;
  /** Masks a value for somebody to change, each mask saying where it stands: see `unmask`. */
  editable(payload: unknown): PlainValue;
  /** Tells whether a path from the root of a job is masked. */
  hides(path: readonly string[]): boolean;
}

/**
 * Makes a redactor.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function createRedactor(option: RedactOption = []): Redactor {
  if (option === false) return OPEN;
  if (!Array.isArray(option) || option.some((name) => typeof name !== 'string' || name === '')) {
    throw invalidArgument('redact', 'an array of names and paths, or false', option);
  }
  const names = new Set(option.filter((name) => !name.includes('.')).map((n) => n.toLowerCase()));
  const paths = option.filter((name) => name.includes('.')).map((path) => path.split('.'));
  const hides = (path: readonly string[]): boolean => {
    const name = path.at(-1) ?? '';
    if (path.length < 2) return false;
    return isSensitiveName(name) || names.has(name.toLowerCase()) || isListed(paths, path);
  };
  return new MaskingRedactor(hides);
}

class MaskingRedactor implements Redactor {
  readonly hides: (path: readonly string[]) => boolean;

  constructor(hides: (path: readonly string[]) => boolean) {
    this.hides = hides;
  }

  job(job: Job): Job {
    const secrets = this.#secretsOf(job);
    const show: Replacer = (value, path) => {
      if (this.hides(path)) return MASK;
      // What is cut off later need not be masked, but what a cut might part must be.
      return typeof value === 'string'
        ? redactText(secrets.mask(value.slice(0, LOOKED_AT)))
        : undefined;
    };
    const parts = PARTS.filter((part) => part in job).map(
      (part) => [part, toPlain(job[part], show, [part])] as const,
    );
    const error = job.error && this.#error(job.error, secrets);
    const failures = job.failures?.map((failure) => ({
      ...failure,
      error: this.#error(failure.error, secrets),
    }));
    return {
      ...job,
      ...Object.fromEntries(parts),
      ...(error && { error }),
      ...(failures && { failures }),
    } as Job;
  }

  logs(job: Job, lines: readonly LogLine[]): readonly LogLine[] {
    const secrets = this.#secretsOf(job);
    return lines.map((line) => ({ ...line, message: redactText(secrets.mask(line.message)) }));
  }

  about(job: Job, text: string): string {
    return redactText(this.#secretsOf(job).mask(text));
  }

  text(text: string): string {
    return redactText(text);
  }

  editable(payload: unknown): PlainValue {
    return toPlain(payload, (_, path) => (this.hides(path) ? maskAt(path) : undefined), [
      'payload',
    ]);
  }

  #error(error: SerializedError, secrets: SecretValues): SerializedError {
    const show = (text: string): string => redactText(secrets.mask(text));
    // Details are for programs; they may quote a payload at whatever place.
    const { message, stack, cause, errors, details: _, ...rest } = error;
    return {
      ...rest,
      message: show(message),
      ...(stack !== undefined && { stack: show(stack) }),
      ...(cause && { cause: this.#error(cause, secrets) }),
      ...(errors && { errors: errors.map((one) => this.#error(one, secrets)) }),
    };
  }

  #secretsOf(job: Job): SecretValues {
    const secrets = new SecretValues();
    const collect: Replacer = (value, path) => {
      if (!this.hides(path)) return undefined;
      secrets.add(value);
      return MASK;
    };
    for (const part of PARTS) toPlain(job[part], collect, [part]);
    return secrets;
  }
}

/** Shows everything, for those who asked for that. */
const OPEN: Redactor = {
  job: (job) => job,
  logs: (_, lines) => lines,
  about: (_, text) => text,
  text: (text) => text,
  editable: (payload) => toPlain(payload, () => undefined),
  hides: () => false,
};

/** The mask of one place, by which it is known again: `[redacted /payload/user/password]`. */
export function maskAt(path: readonly string[]): string {
  const pointer = path.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  return `${MASK.slice(0, -1)} ${pointer}]`;
}

function isListed(paths: readonly (readonly string[])[], path: readonly string[]): boolean {
  return paths.some(
    (listed) =>
      listed.length === path.length &&
      listed.every((key, index) => key === '*' || key === path[index]),
  );
}
