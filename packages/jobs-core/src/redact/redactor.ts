import { invalidArgument } from '../check/argument.ts';
import type { LogLine } from '../contract/log-store.ts';
import type { Job } from '../queue/job.ts';
import type { JobStep } from '../queue/step-calls.ts';
import { type Hides, JobMask, type MaskLimits, namesHiddenBy, secretsOf } from './job-mask.ts';
import { MASK } from './mask-spans.ts';
import { type PlainValue, type Replacer, toPlain } from './plain-value.ts';
import { redactText } from './redact-text.ts';
import { PARTS } from './search-parts.ts';
import { SecretValues } from './secret-values.ts';
import { isSensitiveName } from './sensitive-name.ts';

/** The limits of the page of one job. */
const WHOLE: MaskLimits = { all: 96 * 1024, one: 64 * 1024, nodes: 10_000 };
/** The limits of a job that is printed for a program. */
const UNCUT: MaskLimits = {
  all: Number.POSITIVE_INFINITY,
  one: Number.POSITIVE_INFINITY,
  nodes: Number.POSITIVE_INFINITY,
};
/** The limits of a row in a list. */
const ROW: MaskLimits = { all: 2048, one: 512, nodes: 200 };
/** The limits of an edited payload. */
const EDITED: MaskLimits = { all: 64 * 1024, one: 64 * 1024, nodes: 20_000 };

/**
 * Adds to the fields that are always masked: names of fields (`iban`), and paths from the root of a job,
 * whose parts may be `*` (`payload.users.*.email`). `false` masks nothing at all.
 */
export type RedactOption = readonly string[] | false;

/** Masks the secrets of jobs. */
export interface Redactor {
  /** Masks a job: hidden fields, and their values wherever else they occur. Cuts parts that no page shows. */
  job(job: Job): Job;
  /** Masks a job as {@link Redactor.job} does, and cuts nothing. Its time grows with the job. */
  whole(job: Job): Job;
  /**
   * Masks the parts of a job that a list shows: the beginning of its payload and of its error. Leaves out
   * all other user data, because masking it takes time.
   */
  row(job: Job): Job;
  /**
   * Masks the log of a job, or of one that is gone. A secret may go over several lines: give also lines that stand before
   * those to show. Cuts the earliest lines when all are too long for a page, unless it is to be whole.
   */
  logs(job: Job | undefined, lines: readonly LogLine[], isWhole?: boolean): readonly LogLine[];
  /**
   * Masks the names, errors and results of a job's steps. Cuts those of the last when all are too long for a page, unless they
   * are to be whole.
   */
  steps(job: Job, steps: readonly JobStep[], isWhole?: boolean): readonly JobStep[];
  /** Masks a text about a job, such as why it is not running. */
  about(job: Job, text: string): string;
  /** Masks a text that belongs to no job. */
  text(text: string): string;
  /**
   * Masks a payload for editing: each hidden field by a mask that names its place, other texts as
   * everywhere. `unmask` replaces unchanged masks by the stored values.
   */
  editable(payload: unknown): PlainValue;
  /** Returns whether a path from the root of a job is masked. */
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
  const isNamed = (name: string): boolean => isSensitiveName(name) || names.has(name.toLowerCase());
  const hides: Hides = (path, label) =>
    path.length > 1 &&
    (isNamed(path.at(-1) ?? '') ||
      (label !== undefined && isNamed(label)) ||
      isListed(paths, path));
  return new MaskingRedactor(hides);
}

class MaskingRedactor implements Redactor {
  readonly hides: Hides;
  /** Is called on its own, too. */
  readonly text: (text: string) => string;
  /** The secrets of jobs, collected once per job: a page masks the job, its log and its explanation. */
  readonly #known = new WeakMap<Job, SecretValues>();

  constructor(hides: Hides) {
    this.hides = hides;
    const isSecretName = namesHiddenBy(hides);
    this.text = (text) => redactText(text, undefined, isSecretName);
  }

  job(job: Job): Job {
    return this.#masked(job, WHOLE);
  }

  whole(job: Job): Job {
    return this.#masked(job, UNCUT);
  }

  #masked(job: Job, limits: MaskLimits): Job {
    const mask = new JobMask(this.hides, this.#secretsOf(job), limits);
    const error = job.error && mask.error(job.error);
    const parts = PARTS.filter((part) => part in job).map(
      (part) => [part, mask.value(job[part], [part])] as const,
    );
    // The latest first, so that the earliest are cut when all are too long for a page.
    const failures = job.failures
      ?.toReversed()
      .map((failure) => ({ ...failure, error: mask.error(failure.error) }))
      .reverse();
    return {
      ...job,
      ...Object.fromEntries(parts),
      ...this.#marksOf(job),
      ...(error && { error }),
      ...(failures && { failures }),
    } as Job;
  }

  row(stored: Job): Job {
    const { failures: _, result: __, error, ...job } = stored;
    const mask = new JobMask(this.hides, this.#secretsOf(stored), ROW);
    // Before the payload, so that a long payload changes neither the error nor its group.
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
      ...this.#marksOf(stored),
      ...(cause && { error: cause }),
    };
  }

  logs(job: Job | undefined, lines: readonly LogLine[], isWhole = false): readonly LogLine[] {
    const secrets = job === undefined ? new SecretValues() : this.#secretsOf(job);
    const mask = new JobMask(this.hides, secrets, isWhole ? UNCUT : WHOLE);
    const messages = mask.lines(lines.map(({ message }) => message));
    return lines.map((line, index) => ({ ...line, message: messages[index] as string }));
  }

  steps(job: Job, steps: readonly JobStep[], isWhole = false): readonly JobStep[] {
    const secrets = secretsOf(job, this.hides, steps);
    const names = new JobMask(this.hides, secrets, UNCUT);
    const mask = new JobMask(this.hides, secrets, isWhole ? UNCUT : WHOLE);
    return steps.map(({ name, error, ...step }) => ({
      ...step,
      name: names.text(name),
      ...(error && { error: mask.error(error) }),
      ...('result' in step && { result: mask.value(step.result, ['result']) }),
    }));
  }

  about(job: Job, text: string): string {
    return new JobMask(this.hides, this.#secretsOf(job), WHOLE).text(text);
  }

  /** With limits of their own, as a search by tags must find jobs whose other parts are too long for a row. */
  #marksOf(job: Job): Pick<Job, 'tags' | 'fairKey'> {
    const { tags, fairKey } = job;
    const mask = new JobMask(this.hides, this.#secretsOf(job), WHOLE);
    return {
      ...(tags && { tags: tags.map((tag) => mask.text(tag)) }),
      ...(fairKey !== undefined && { fairKey: mask.text(fairKey) }),
    };
  }

  #secretsOf(job: Job): SecretValues {
    const known = this.#known.get(job) ?? secretsOf(job, this.hides);
    this.#known.set(job, known);
    return known;
  }

  editable(payload: unknown): PlainValue {
    const secrets = new SecretValues();
    const collect: Replacer = (value, path, label) => {
      if (!this.hides(path, label)) return undefined;
      secrets.add(value);
      return MASK;
    };
    toPlain(payload, collect, ['payload']);
    const mask = new JobMask(this.hides, secrets, EDITED);
    const show: Replacer = (value, path, label) => {
      if (this.hides(path, label) || hasSecretKeys(value)) return maskAt(path);
      return mask.inner(value, path);
    };
    return toPlain(payload, show, ['payload']);
  }
}

/** Masks nothing, for `redact: false` and for revealed jobs. */
const OPEN: Redactor = {
  job: (job) => job,
  whole: (job) => job,
  row: (job) => job,
  logs: (_, lines) => lines,
  steps: (_, steps) => steps,
  about: (_, text) => text,
  text: (text) => text,
  editable: (payload) => toPlain(payload, () => undefined),
  hides: () => false,
};

/** Returns whether a key is a secret itself. It cannot be masked and put back, so its whole object is masked. */
function hasSecretKeys(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.keys(value).some((key) => key.length > 8 && redactText(key) !== key);
}

/** Returns the mask that names a place: `[redacted /payload/user/password]`. */
export function maskAt(path: readonly string[]): string {
  const pointer = path.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  return `${MASK.slice(0, -1)} ${pointer}]`;
}

/** Returns whether a path is listed. A dead letter holds the parts of its job in its own payload. */
function isListed(paths: readonly (readonly string[])[], path: readonly string[]): boolean {
  const [first, second = '', ...rest] = path;
  const isKept = first === 'payload' && (PARTS as readonly string[]).includes(second);
  return paths.some((listed) => fits(listed, path) || (isKept && fits(listed, [second, ...rest])));
}

function fits(listed: readonly string[], path: readonly string[]): boolean {
  return (
    listed.length === path.length &&
    listed.every((key, index) => key === '*' || key === path[index])
  );
}
