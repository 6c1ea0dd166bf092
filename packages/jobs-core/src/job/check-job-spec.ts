import type { StandardSchemaV1 } from '@standard-schema/spec';
import { checkFunction, checkInteger, checkOptions, invalidArgument } from '../check/argument.ts';
import { checkBackoff } from './backoff.ts';
import { checkConcurrencyOption, checkRateLimitOption } from './check-limits.ts';
import { checkName } from './check-name.ts';
import { checkTagsOption } from './check-tags.ts';
import type { JobSpec } from './define-job.ts';
import type { JobDefinition } from './job-definition.ts';
import type { TemplateOptions } from './job-options.ts';
import { checkOrderFunctions, ORDER_OPTION_NAMES, ORDER_SYNONYMS } from './order-facts.ts';
import { checkSharedOptions, SHARED_OPTION_NAMES, SHARED_SYNONYMS } from './shared-options.ts';

/** The names of the hooks of a job. */
export const JOB_HOOKS = [
  'onBefore',
  'onComplete',
  'onFail',
  'onCancel',
  'onProgress',
  'onFinally',
  'onRetry',
] as const;

/** The options that many jobs may share. */
const COMMON = [
  'deadLetter',
  'queue',
  'tags',
  'backoff',
  'retryIf',
  'maxStalledCount',
  'concurrency',
  'rateLimit',
  'middleware',
  ...ORDER_OPTION_NAMES,
  ...JOB_HOOKS,
  ...SHARED_OPTION_NAMES,
];

/** The names of all options of a job. */
export const JOB_OPTION_NAMES: readonly string[] = [
  'name',
  'handler',
  'schema',
  'codec',
  'deduplicate',
  'version',
  'migrate',
  ...COMMON,
];

/** Maps what other libraries call options of a job, in lower case, to their names. */
export const JOB_SYNONYMS: ReadonlyMap<string, string> = new Map([
  ...SHARED_SYNONYMS,
  ['perform', 'handler'],
  ['run', 'handler'],
  ['execute', 'handler'],
  ['limiter', 'rateLimit'],
  ['throttle', 'rateLimit'],
  ['unique', 'deduplicate'],
  ['validate', 'schema'],
  ['onsuccess', 'onComplete'],
  ['onerror', 'onFail'],
  ['tag', 'tags'],
  ['labels', 'tags'],
  ...ORDER_SYNONYMS,
]);

type AnySpec = JobSpec<string, unknown, unknown, unknown>;

/**
 * Checks the names and values of all options of a template.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkTemplate(options: TemplateOptions): void {
  checkOptions('defineTemplate', options, COMMON, JOB_SYNONYMS);
  checkCommon(options);
}

/**
 * Checks all options of a definition.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkJobSpec(spec: AnySpec): AnySpec {
  checkOptions('defineJob', spec, JOB_OPTION_NAMES, JOB_SYNONYMS);
  checkName('name', spec.name);
  if (typeof spec.handler !== 'function') {
    throw invalidArgument('handler', 'a function `(payload, ctx) => result`', spec.handler);
  }
  checkTypes(spec);
  checkCommon(spec);
  checkVersion(spec);
  checkFunction('deduplicate', spec.deduplicate);
  return spec;
}

function checkCommon(options: TemplateOptions | AnySpec): void {
  checkSharedOptions('', options);
  if (options.queue !== undefined) checkName('queue', options.queue);
  checkTagsOption('tags', options.tags);
  if (options.deadLetter !== undefined) checkName('deadLetter', options.deadLetter);
  if (options.backoff !== undefined) checkBackoff('backoff', options.backoff);
  checkMaxStalledCount(options.maxStalledCount);
  checkConcurrencyOption(options.concurrency);
  checkRateLimitOption(options.rateLimit);
  checkOrderFunctions(options as JobDefinition['options']);
  for (const hook of JOB_HOOKS) checkFunction(hook, options[hook]);
  checkFunction('retryIf', options.retryIf);
  checkMiddlewareList('middleware', options.middleware);
}

/** Checks how often a job may lose its worker. */
export function checkMaxStalledCount(count: number | undefined): void {
  if (count !== undefined) checkInteger('maxStalledCount', count, { min: 0, max: 1000 });
}

function checkTypes(spec: AnySpec): void {
  if (spec.schema !== undefined) checkSchema(spec.schema);
  if (spec.codec !== undefined) checkCodec('codec', spec.codec);
}

/** Checks that a value is a Standard Schema, and returns it. @throws JobsError `JOBS_INVALID_ARGUMENT` */
export function checkSchema(schema: unknown): StandardSchemaV1 {
  const { '~standard': standard } = (schema ?? {}) as { '~standard'?: { validate?: unknown } };
  if (typeof standard?.validate === 'function') return schema as StandardSchemaV1;
  throw invalidArgument('schema', 'a Standard Schema (zod, valibot, arktype …)', schema);
}

/** Checks that a value can encode and decode. */
export function checkCodec(field: string, codec: unknown): void {
  const { encode, decode } = (codec ?? {}) as { encode?: unknown; decode?: unknown };
  if (typeof encode !== 'function' || typeof decode !== 'function') {
    throw invalidArgument(field, 'an object with the functions `encode` and `decode`', codec);
  }
}

function checkVersion({ version = 1, migrate }: AnySpec): void {
  checkInteger('version', version, { min: 1, max: 1_000_000 });
  if (migrate === undefined) return;
  if (typeof migrate !== 'object' || migrate === null) {
    throw invalidArgument('migrate', 'an object of functions by version', migrate);
  }
  const steps = Object.entries(migrate);
  for (const [key, step] of steps) {
    checkInteger('migrate', Number(key), { min: 1, max: version - 1 });
    checkFunction(`migrate[${key}]`, step);
  }
  // Payloads of versions before the first step may all be gone.
  for (let from = version - steps.length; from < version; from += 1) {
    if ((migrate as Record<number, unknown>)[from] !== undefined) continue;
    const expected = `a step from each version to the next, up to ${version}, so also \`${from}\``;
    throw invalidArgument('migrate', expected, migrate);
  }
}

/** Checks one middleware or a list of them. */
export function checkMiddlewareList(field: string, middleware: unknown): void {
  if (middleware === undefined) return;
  const list: readonly unknown[] = Array.isArray(middleware) ? middleware : [middleware];
  for (const [index, item] of list.entries()) {
    if (typeof item === 'function') continue;
    const where = Array.isArray(middleware) ? `${field}[${index}]` : field;
    throw invalidArgument(where, 'a function `(payload, ctx, next) => result`', item);
  }
}
