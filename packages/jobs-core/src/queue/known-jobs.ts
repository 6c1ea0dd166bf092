import type { JobDefinition, JobInput } from '../job/job-definition.ts';

/** Lists definitions: the type by which a queue knows the names and payloads of its jobs. */
export type JobDefinitions = readonly JobDefinition[];

/** Is the definition of a name in a list; any definition where the compiler does not know the list. */
export type DefinitionOf<
  TJobs extends JobDefinitions,
  TName extends string,
> = string extends TJobs[number]['name']
  ? TJobs[number]
  : Extract<TJobs[number], { readonly name: TName }>;

/** Is the definition that `enqueue` refers to: itself, or the one of its name. */
export type JobOf<TJobs extends JobDefinitions, TJob> = TJob extends string
  ? DefinitionOf<TJobs, TJob>
  : TJob;

/** Is the payload type of an item, by its definition or its name. */
export type ItemPayload<TJobs extends JobDefinitions, TJob> = TJob extends string
  ? JobInput<DefinitionOf<TJobs, TJob>>
  : JobInput<TJob>;
