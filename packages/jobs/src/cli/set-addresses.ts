import { readFileSync } from 'node:fs';
import { UsageError } from './usage-error.ts';

/** Holds the options of every command that say where the jobs are. */
export interface AddressFlags {
  /** The address of Redis; goes over all variables of the environment. */
  readonly redis?: string;
  /** The address of PostgreSQL or the SQLite file; goes over all variables of the environment. */
  readonly database?: string;
  /** The address of a server of queues; goes over all variables of the environment. */
  readonly remote?: string;
  /** A file that holds the token of that server; goes over the environment's `PHILJS_JOBS_TOKEN`. */
  readonly tokenFile?: string;
}

const SCHEMES = {
  redis: { begins: /^rediss?:/i, expected: 'redis: or rediss:' },
  database: {
    begins: /^(postgres(ql)?|sqlite):/i,
    expected: 'postgres:, postgresql: or sqlite:',
  },
  remote: { begins: /^https?:/i, expected: 'https: or http:' },
} as const;

/**
 * Lets what the flags say stand in the environment, where the configuration's queues look too.
 *
 * @throws UsageError when they name two stores, or one of another kind
 */
export function setAddresses(flags: AddressFlags): void {
  const [flag, ...more] = (['redis', 'database', 'remote'] as const).filter(
    (name) => flags[name] !== undefined,
  );
  if (more.length > 0) {
    throw new UsageError('Give one of --redis, --database and --remote: a queue has one store.');
  }
  setToken(flags);
  if (flag === undefined) return;
  const address = flags[flag] ?? '';
  if (!SCHEMES[flag].begins.test(address)) {
    throw new UsageError(`Expected --${flag} to begin with ${SCHEMES[flag].expected}.`);
  }
  // What goes over the store of the flag must not stand in the environment.
  if (flag !== 'remote') delete process.env['PHILJS_JOBS_URL'];
  if (flag === 'database') delete process.env['REDIS_URL'];
  process.env[VARIABLES[flag]] = address;
}

const VARIABLES = {
  redis: 'REDIS_URL',
  database: 'DATABASE_URL',
  remote: 'PHILJS_JOBS_URL',
} as const;

/**
 * Lets the token in the file of the flag stand in the environment.
 *
 * @throws UsageError for a file that cannot be read, or holds none
 */
export function setToken({ tokenFile }: AddressFlags): void {
  if (tokenFile === undefined) return;
  const token = readToken(tokenFile);
  if (!/^\S+$/.test(token)) {
    throw new UsageError(`Expected the file of --token-file to hold one token, and nothing else.`);
  }
  process.env['PHILJS_JOBS_TOKEN'] = token;
}

function readToken(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new UsageError(`The file of --token-file cannot be read: ${(error as Error).message}`);
  }
}
