import type { SerializedError } from '../errors/serialize-error.ts';
import type { JsonObject } from '../json/json-value.ts';
import type { Job } from '../queue/job.ts';
import { entriesOf } from './entries-of.ts';
import { type IsSecretName, MASK, maskTexts } from './mask-spans.ts';
import { MORE, type PlainBudget, type PlainValue, type Replacer, toPlain } from './plain-value.ts';
import { isQuotingError, quotedBy, quotedIn } from './quoted-errors.ts';
import { maskQuotedParts } from './quoted-parts.ts';
import { findSecrets } from './redact-text.ts';
import { searchParts } from './search-parts.ts';
import { SecretValues } from './secret-values.ts';

/** Returns whether the value at a path from the root of a job is hidden, by that or by the name beside it. */
export type Hides = (path: readonly string[], label?: string) => boolean;

/** Says which names in a text have a secret behind them: those of hidden fields, also at the end of a path. */
export function namesHiddenBy(hides: Hides): IsSecretName {
  const isHidden = (name: string): boolean => hides(['', name]);
  return (name) =>
    isHidden(name) || (name.includes('.') && isHidden(name.slice(name.lastIndexOf('.') + 1)));
}

/** Limits how much of a job is read, in characters; the rest is neither masked nor shown. */
export interface MaskLimits {
  /** The characters of all its texts together. */
  readonly all: number;
  /** The characters of one text. */
  readonly one: number;
  /** The number of values in its payload, metadata, result and progress. */
  readonly nodes: number;
}

/** Masks the texts of one job: likely secrets, and the known secrets of this job. */
export class JobMask {
  readonly #hides: Hides;
  readonly #isSecretName: IsSecretName;
  readonly #secrets: SecretValues;
  readonly #limits: MaskLimits;
  readonly #budget: PlainBudget;
  #left: number;

  constructor(hides: Hides, secrets: SecretValues, limits: MaskLimits) {
    this.#hides = hides;
    this.#isSecretName = namesHiddenBy(hides);
    this.#secrets = secrets;
    this.#limits = limits;
    this.#budget = { nodes: limits.nodes };
    this.#left = limits.all;
  }

  /** Masks a text, and cuts it at the limit. */
  text(text: string): string {
    return this.#masked([text], [this.#roomFor(text)]).join('');
  }

  /** Masks the lines of a text. Cuts the earliest when all are too long. */
  lines(lines: readonly string[]): string[] {
    const room = lines.toReversed().map((line) => this.#roomFor(line));
    return this.#masked(lines, room.reverse());
  }

  /** Masks a text that may quote the parts of a job as JSON, and cuts it at the limit. */
  json(text: string): string {
    return this.text(this.#quoted(text));
  }

  /** Masks a list of texts as the lines of one. Leaves out those at the end when they are too many. */
  #list(texts: readonly string[], path: readonly string[]): PlainValue {
    const left = Math.max(0, this.#budget.nodes);
    this.#budget.nodes -= texts.length;
    const some = texts.slice(0, left).map((text) => this.#quoted(text));
    const shown = this.#masked(
      some,
      some.map((text) => this.#roomFor(text)),
    );
    const items = [...entriesOf(some, path)].map(([key, , label], index) =>
      this.#hides([...path, key], label) ? MASK : shown[index],
    );
    return texts.length > left ? [...items, MORE] : items;
  }

  #roomFor(text: string): number {
    const room = Math.max(0, Math.min(this.#limits.one, this.#left));
    this.#left -= Math.min(text.length, room);
    return room;
  }

  #masked(texts: readonly string[], lengths: readonly number[]): string[] {
    return maskTexts(texts, lengths, (text) => [
      ...this.#secrets.find(text),
      ...findSecrets(text, this.#isSecretName),
    ]);
  }

  #quoted(text: string): string {
    const isCut = this.#limits.one !== Number.POSITIVE_INFINITY;
    return maskQuotedParts(text, this.#hides, isCut);
  }

  /** Masks a text, or a list of texts, within a value; returns `undefined` for any other. */
  inner(value: unknown, path: readonly string[]): PlainValue | undefined {
    if (typeof value === 'string') return this.json(value);
    return isTextList(value) ? this.#list(value, path) : undefined;
  }

  /** Masks a value, in depth. */
  value(value: unknown, path: readonly string[]): PlainValue {
    const show: Replacer = (inner, at, label) => {
      if (this.#hides(at, label)) return MASK;
      if (isQuotingError(inner) && inner.cause !== undefined) {
        const { cause: _, ...own } = inner;
        return this.value(own, at);
      }
      return this.inner(inner, at);
    };
    return toPlain(value, show, path, this.#budget, (key) =>
      key.length > 8 ? this.text(key) : key,
    );
  }

  /** Masks an error with its causes. Leaves out a cause that is another job's: that job's page shows it. */
  error(error: SerializedError): SerializedError {
    const { cause: given, ...own } = error;
    const { name, message, code, stack, errors, details } = own;
    const cause = isQuotingError(error) ? undefined : given;
    return {
      ...own,
      name: this.text(name),
      message: this.text(message),
      ...(code !== undefined && { code: this.text(code) }),
      ...(stack !== undefined && { stack: this.text(stack) }),
      // The details may quote the payload anywhere.
      ...(details && { details: this.value(details, ['error', 'details']) as JsonObject }),
      ...(cause && { cause: this.error(cause) }),
      ...(errors && { errors: errors.map((one) => this.error(one)) }),
    };
  }
}

function isTextList(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) && value.length > 1 && value.every((item) => typeof item === 'string')
  );
}

/** Collects the values of the hidden fields of a job, and of its steps, and what it quotes of the errors of others. */
export function secretsOf(
  job: Job,
  hides: Hides,
  steps: readonly Pick<Job, 'result'>[] = [],
): SecretValues {
  const secrets = new SecretValues();
  secrets.add(quotedIn(job));
  const found = [job, ...steps].map((one) => searchParts(one, hides));
  const hidden = found.flatMap((parts) => parts.hidden);
  for (const error of found.flatMap((parts) => parts.quoting)) secrets.add(quotedBy(error));
  // A list of secrets may be longer than what is looked for in texts.
  for (const value of hidden) if (typeof value !== 'object') secrets.add(value);
  for (const value of hidden) secrets.add(value);
  return secrets;
}
