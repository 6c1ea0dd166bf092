import { invalidArgument } from '../check/argument.ts';
import { isThenable } from '../check/is-thenable.ts';
import { JobsError } from '../errors/jobs-error.ts';
import type { JobDefinition } from './job-definition.ts';

/** The most tags of a job. */
const MAX_TAGS = 20;
/** The longest tag, in characters. */
const MAX_TAG_LENGTH = 100;

/**
 * Checks tags and copies them, each once.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` for more than 20 tags, and for one that is not 1 to 100 visible characters
 */
export function checkTags(field: string, tags: unknown): readonly string[] {
  if (!Array.isArray(tags)) throw invalidArgument(field, 'an array of strings', tags);
  const checked = new Set(Array.from(tags, (tag, index) => checkTag(`${field}[${index}]`, tag)));
  if (checked.size <= MAX_TAGS) return [...checked];
  throw invalidArgument(field, `at most ${MAX_TAGS} tags`, checked.size);
}

/**
 * Checks one tag.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkTag(field: string, tag: unknown): string {
  if (typeof tag !== 'string' || tag === '' || tag.length > MAX_TAG_LENGTH) {
    throw invalidArgument(field, `a string of 1 to ${MAX_TAG_LENGTH} characters`, tag);
  }
  if (/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(tag)) {
    throw invalidArgument(field, 'a string without control, zero-width or bidi characters', tag);
  }
  if (tag !== tag.trim()) {
    throw invalidArgument(field, 'a string that neither begins nor ends with a space', tag);
  }
  return tag;
}

/** Checks the tags of a definition: an array, or a function that makes one. */
export function checkTagsOption(field: string, tags: unknown): void {
  if (tags !== undefined && typeof tags !== 'function') checkTags(field, tags);
}

/** Returns whether the tags of a definition depend on the payload. */
export function hasTagFunction({ options }: JobDefinition): boolean {
  return typeof options.tags === 'function';
}

/**
 * Computes the tags of a job from its payload as the handler will get it.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` when the function throws, or returns anything but tags
 */
export function tagsOf(
  { name, options }: JobDefinition,
  payload: unknown,
): readonly string[] | undefined {
  const { tags } = options;
  if (typeof tags !== 'function') return tags === undefined ? undefined : checkTags('tags', tags);
  let made: unknown;
  try {
    made = tags(payload as never);
  } catch (cause) {
    throw new JobsError(
      'JOBS_INVALID_ARGUMENT',
      `Expected \`tags\` of job \`${name}\` to return an array of strings, but it threw. It gets the payload as the handler does.`,
      { cause, details: { field: 'tags', name } },
    );
  }
  // An unhandled rejection would otherwise end the process.
  if (isThenable(made)) made.then(undefined, () => undefined);
  return checkTags('tags', made);
}
