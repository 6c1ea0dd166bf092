import { checkOptions } from '../check/argument.ts';
import { processWide } from '../check/process-wide.ts';
import type { JobDefinition } from './job-definition.ts';
import type { SharedJobOptions } from './job-options.ts';
import { checkSharedOptions, SHARED_OPTION_NAMES, SHARED_SYNONYMS } from './shared-options.ts';

/** Holds all of a definition but how it is varied. */
export type DefinitionParts = Omit<JobDefinition, 'with'>;

const originals = processWide('originals', () => new WeakMap<DefinitionParts, JobDefinition>());

/** Finds the definition that a variant was made of by `.with(…)`; any other is its own. */
export function originalOf(definition: JobDefinition): JobDefinition {
  return originals.get(definition) ?? definition;
}

/** Makes a definition of its parts, frozen. */
export function freezeDefinition<TParts extends DefinitionParts>(
  parts: TParts,
): TParts & Pick<JobDefinition, 'with'> {
  const definition = Object.freeze({
    ...parts,
    with: (options: SharedJobOptions): JobDefinition => vary(definition, options),
  });
  return definition;
}

/** Makes a variant. It has no `handle`, or a declared job would get two definitions with a handler. */
function vary(definition: JobDefinition, options: SharedJobOptions): JobDefinition {
  checkOptions('with', options, SHARED_OPTION_NAMES, SHARED_SYNONYMS);
  checkSharedOptions('', options);
  const { name, handler, schema, codec, deduplicate } = definition;
  const merged = Object.freeze({ ...definition.options, ...withoutUndefined(options) });
  const variant = freezeDefinition({
    name,
    handler,
    schema,
    codec,
    deduplicate,
    options: merged,
  });
  originals.set(variant, originalOf(definition));
  return variant;
}

/** Leaves out the options that are `undefined`: they say nothing, so they override nothing. */
export function withoutUndefined<TOptions extends object>(options: TOptions): TOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as TOptions;
}
