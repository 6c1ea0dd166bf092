import { invalidArgument } from '@philjs/jobs-core/backend';

/** The largest number of bytes of a name in PostgreSQL. */
const MOST_BYTES = 63;

/** Checks a name, of what `kind` says. @throws JobsError `JOBS_INVALID_ARGUMENT` */
export function checkName(field: string, kind: string, name: unknown): string {
  const fits =
    typeof name === 'string' &&
    name !== '' &&
    Buffer.byteLength(name) <= MOST_BYTES &&
    !name.includes('\0');
  if (fits) return name;
  throw invalidArgument(field, `the name of ${kind}, of 1 to ${MOST_BYTES} bytes`, name);
}

/** Checks the name of a schema. @throws JobsError `JOBS_INVALID_ARGUMENT` */
export function checkSchema(schema: unknown): string {
  const name = checkName('schema', 'a schema', schema);
  if (!name.startsWith('pg_')) return name;
  throw invalidArgument('schema', 'a name that PostgreSQL does not reserve', name);
}
