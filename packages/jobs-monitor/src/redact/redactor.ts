import { invalidArgument, type Job, type LogLine } from '@philjs/jobs-core';
import { type Hides, JobMask, type MaskLimits, PARTS, secretsOf } from './job-mask.ts';
import { MASK } from './mask-spans.ts';
import { type PlainValue, type Replacer, toPlain } from './plain-value.ts';
import { redactText } from './redact-text.ts';
import { SecretValues } from './secret-values.ts';
import { isSensitiveName } from './sensitive-name.ts';

/** What the page of one job shows at most. */
const WHOLE: MaskLimits = { all: 96 * 1024, one: 64 * 1024, nodes: 10_000 };
/** What a row of a list shows at most. */
const ROW: MaskLimits = { all: 2048, one: 512, nodes: 200 };
/** What can be edited at most. */
const EDITED: MaskLimits = { all: 64 * 1024, one: 64 * 1024, nodes: 20_000 };

/**
 * Says what is masked besides what always is: names of fields (`iban`), and paths from the root of a
 * job, whose parts may be `*` (`payload.users.*.email`). `false` masks nothing at all.
 */
export type RedactOption = readonly string[] | false;

/** Masks what nobody is to see. */
export interface Redactor {
  /** Masks a job: fields, and what was in them wherever else it stands. Cuts what no page shows. */
  job(job: Job): Job;
  /**
   * Masks what a list shows of a job: the beginning of its payload and of its error. Leaves out all
   * else that its users wrote, as masking takes its time.
   */
  row(job: Job): Job;
  /** Masks the log of a job. */
  logs(job: Job, lines: readonly LogLine[]): readonly LogLine[];
  /** Masks a text about a job, such as why it does not run. */
  about(job: Job, text: string): string;
  /** Masks a text that belongs to no job. */
  text(text: string): string;
  /**
   * Masks a payload for somebody to change: a hidden field by a mask that says where it stands, other
   * texts as everywhere. `unmask` puts back what was left as it is.
   */
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
  readonly hides: Hides;
  /** A page masks a job, its log and why it does not run: its secrets are collected once. */
  readonly #known = new WeakMap<Job, SecretValues>();

  constructor(hides: Hides) {
    this.hides = hides;
  }

  job(job: Job): Job {
    const mask = new JobMask(this.hides, this.#secretsOf(job), WHOLE);
    const error = job.error && mask.error(job.error);
    const parts = PARTS.filter((part) => part in job).map(
      (part) => [part, mask.value(job[part], [part])] as const,
    );
    // The latest first: where all are too much for a page, the earliest are cut.
    const failures = job.failures
      ?.toReversed()
      .map((failure) => ({ ...failure, error: mask.error(failure.error) }))
      .reverse();
    return {
      ...job,
      ...Object.fromEntries(parts),
      ...(error && { error }),
      ...(failures && { failures }),
    } as Job;
  }

  row(stored: Job): Job {
    const { failures: _, result: __, error, ...job } = stored;
    const mask = new JobMask(this.hides, this.#secretsOf(stored), ROW);
    // Before the payload, so that a long one leaves the error, and the group it is in, as it is.
    const cause = error && {
      name: mask.text(error.name),
      message: mask.text(error.message),
      ...(error.code !== undefined && { code: mask.text(error.code) }),
    };
    return {
      ...job,
      payload: mask.value(job.payload, ['payload']),
      metadata: {},
      progress: typeof job.progress === 'number' ? job.progress : {},
      ...(cause && { error: cause }),
    };
  }

  logs(job: Job, lines: readonly LogLine[]): readonly LogLine[] {
    const mask = new JobMask(this.hides, this.#secretsOf(job), WHOLE);
    return lines
      .toReversed()
      .map((line) => ({ ...line, message: mask.text(line.message) }))
      .reverse();
  }

  about(job: Job, text: string): string {
    return new JobMask(this.hides, this.#secretsOf(job), WHOLE).text(text);
  }

  text(text: string): string {
    return redactText(text);
  }

  #secretsOf(job: Job): SecretValues {
    const known = this.#known.get(job) ?? secretsOf(job, this.hides);
    this.#known.set(job, known);
    return known;
  }

  editable(payload: unknown): PlainValue {
    const secrets = new SecretValues();
    const collect: Replacer = (value, path) => {
      if (!this.hides(path)) return undefined;
      secrets.add(value);
      return MASK;
    };
    toPlain(payload, collect, ['payload']);
    const mask = new JobMask(this.hides, secrets, EDITED);
    const show: Replacer = (value, path) => {
      if (this.hides(path) || hasSecretKeys(value)) return maskAt(path);
      return typeof value === 'string' ? mask.text(value) : undefined;
    };
    return toPlain(payload, show, ['payload']);
  }
}

/** Shows everything, for those who asked for that. */
const OPEN: Redactor = {
  job: (job) => job,
  row: (job) => job,
  logs: (_, lines) => lines,
  about: (_, text) => text,
  text: (text) => text,
  editable: (payload) => toPlain(payload, () => undefined),
  hides: () => false,
};

/** A name that is a secret itself cannot be masked and put back: all it stands in is. */
function hasSecretKeys(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.keys(value).some((key) => key.length > 8 && redactText(key) !== key);
}

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
