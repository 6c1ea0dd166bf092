import type { JobDefinition } from '@philjs/jobs-core';
import type { FormField, JobForm } from './enqueue-data.ts';

type Schema = { readonly [key: string]: unknown };

/** How many fields a form has at most; a larger payload is written as JSON. */
const MOST_FIELDS = 40;
const TARGETS = ['draft-2020-12', 'draft-07'];

/**
 * Makes the form of a job from the JSON Schema of its payload. Standard Schema cannot be introspected; Standard JSON
 * Schema, which Zod, ArkType and others add to it, can. A job without one gets a form for JSON.
 */
export function formOf(queue: string, { name, schema }: JobDefinition): JobForm {
  const described = jsonSchemaOf(schema);
  const fields = described && fieldsOf(described);
  return {
    queue,
    name,
    example: JSON.stringify(exampleOf(fields), null, 2),
    ...(fields && { fields }),
  };
}

/** Reads the JSON Schema of a schema's input; `undefined` when it has none or throws. */
function jsonSchemaOf(schema: JobDefinition['schema']): Schema | undefined {
  const standard = schema?.['~standard'] as
    | { readonly jsonSchema?: { readonly input?: (options: object) => unknown } }
    | undefined;
  for (const target of TARGETS) {
    try {
      const described = standard?.jsonSchema?.input?.({ target });
      if (isSchema(described)) return described;
    } catch {
      // It cannot be said in this version of JSON Schema, or in none.
    }
  }
  return undefined;
}

function fieldsOf(schema: Schema): readonly FormField[] | undefined {
  const { type, properties, required } = schema;
  if (type !== 'object' || !isSchema(properties)) return undefined;
  const all = Object.entries(properties);
  if (all.length === 0 || all.length > MOST_FIELDS) return undefined;
  const needed = Array.isArray(required) ? required : [];
  return all.map(([name, property]) =>
    fieldOf(name, isSchema(property) ? property : {}, needed.includes(name)),
  );
}

function fieldOf(name: string, property: Schema, required: boolean): FormField {
  const { title, description, default: standard } = property;
  const kind = kindOf(property);
  const choices = Array.isArray(property['enum']) ? property['enum'] : [];
  return {
    name,
    label: typeof title === 'string' ? title : name,
    kind,
    required,
    ...(typeof description === 'string' && { hint: description.slice(0, 300) }),
    ...(standard !== undefined && { value: written(standard, kind) }),
    ...(kind === 'choice' && { choices: choices.map((choice) => JSON.stringify(choice)) }),
  };
}

function kindOf({ type, enum: choices }: Schema): FormField['kind'] {
  if (Array.isArray(choices) && choices.length > 0 && choices.length <= 100) return 'choice';
  if (type === 'string') return 'text';
  if (type === 'number' || type === 'integer') return 'number';
  return type === 'boolean' ? 'boolean' : 'json';
}

function written(value: unknown, kind: FormField['kind']): string {
  return kind === 'text' && typeof value === 'string' ? value : JSON.stringify(value);
}

function exampleOf(fields: readonly FormField[] = []): object {
  const values = { text: '', number: 0, boolean: false, choice: '', json: null };
  const needed = fields.filter((field) => field.required);
  return Object.fromEntries(
    needed.map(({ name, kind, choices = [] }) => [
      name,
      kind === 'choice' ? JSON.parse(choices[0] ?? 'null') : values[kind],
    ]),
  );
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
