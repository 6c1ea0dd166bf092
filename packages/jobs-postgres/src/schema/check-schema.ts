import { invalidArgument } from '@philjs/jobs-core/backend';

/** The largest number of bytes of a name in PostgreSQL. */
const MOST_BYTES = 63;

/** Checks the name of a schema. @throws JobsError `JOBS_INVALID_ARGUMENT` */
export function checkSchema(schema: unknown): string {
  const fits =
    typeof schema === 'string' &&
    schema !== '' &&
    Buffer.byteLength(schema) <= MOST_BYTES &&
    !schema.includes('\0');
  if (!fits) {
    throw invalidArgument('schema', `the name of a schema, of 1 to ${MOST_BYTES} bytes`, schema);
  }
  if (!schema.startsWith('pg_')) return schema;
  throw invalidArgument('schema', 'a name that PostgreSQL does not reserve', schema);
}
