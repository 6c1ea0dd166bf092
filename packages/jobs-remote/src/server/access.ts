import { createHash, timingSafeEqual } from 'node:crypto';
import { JobsError } from '@philjs/jobs-core';
import { invalidArgument } from '@philjs/jobs-core/backend';
import { checkName, checkOptions } from '@philjs/jobs-core/internal';
import { ROLES, type Role } from '../protocol/role.ts';

/** Describes a token that opens the server. */
export interface RemoteToken {
  /** The name it has in logs and errors. Two tokens of one name are one client while its secret is changed. */
  readonly name: string;
  /** The secret: 24 to 512 characters. Give this or {@link hash}. */
  readonly secret?: string | undefined;
  /** The SHA-256 hash of the secret, in hexadecimal digits: so the server's settings hold no secret. */
  readonly hash?: string | undefined;
  /** Its roles. */
  readonly roles: readonly Role[];
  /** The queues it may use. @default all */
  readonly queues?: readonly string[] | undefined;
  /**
   * The names of jobs it may use: with `produce` to enqueue them, with `work` to lease, end and read them. Handlers of a
   * worker may enqueue others. Not for a token that reads or operates. @default all
   */
  readonly jobs?: readonly string[] | undefined;
}

/** Is a checked token. */
export interface Access {
  readonly name: string;
  readonly roles: ReadonlySet<Role>;
  readonly queues?: ReadonlySet<string>;
  readonly jobs?: ReadonlySet<string>;
}

interface Entry {
  readonly hash: Buffer;
  readonly access: Access;
}

/** Finds out who calls, by the token of a request. */
export class Door {
  readonly #entries: readonly Entry[];

  /** @throws JobsError `JOBS_INVALID_ARGUMENT` naming the token and its field; never with a secret */
  constructor(tokens: readonly RemoteToken[]) {
    if (!Array.isArray(tokens) || tokens.length === 0) {
      const advice = 'A server without tokens would be open to all.';
      throw invalidArgument('tokens', 'a list of at least one token', tokens, advice);
    }
    this.#entries = tokens.map((token, index) => entryOf(token, `tokens[${index}]`));
  }

  /**
   * Returns what the caller may do. All hashes are compared, in constant time.
   *
   * @throws JobsError `JOBS_UNAUTHENTICATED`
   */
  open(request: Request): Access {
    const [, secret = ''] =
      /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
    const hash = hashOf(secret);
    let found: Access | undefined;
    for (const entry of this.#entries) {
      if (timingSafeEqual(entry.hash, hash)) found = entry.access;
    }
    if (found !== undefined && secret !== '') return found;
    const message =
      secret === ''
        ? 'The request has no token. Send the header `Authorization: Bearer TOKEN`.'
        : 'The token of the request is not known to the server.';
    throw new JobsError('JOBS_UNAUTHENTICATED', message);
  }
}

/**
 * Checks that a caller may use a queue.
 *
 * @throws JobsError `JOBS_FORBIDDEN`
 */
export function requireQueue({ name, queues }: Access, queue: string): void {
  if (queues === undefined || queues.has(queue)) return;
  throw new JobsError('JOBS_FORBIDDEN', `The token \`${name}\` may not use queue \`${queue}\`.`, {
    details: { token: name, queue },
  });
}

/**
 * Checks that a caller has one of the roles that a call needs.
 *
 * @throws JobsError `JOBS_FORBIDDEN` naming the roles
 */
export function requireRole({ name, roles }: Access, call: string, allowed: readonly Role[]): void {
  if (allowed.some((role) => roles.has(role))) return;
  const needed = allowed.map((role) => `\`${role}\``).join(' or ');
  throw new JobsError(
    'JOBS_FORBIDDEN',
    `The token \`${name}\` may not call \`${call}\`: that needs the role ${needed}.`,
    { details: { token: name, call, roles: allowed } },
  );
}

function entryOf(token: RemoteToken, field: string): Entry {
  checkOptions(field, token, ['name', 'secret', 'hash', 'roles', 'queues', 'jobs']);
  return { access: accessOf(token, field), hash: hashOfToken(token, field) };
}

function accessOf({ name, roles, queues, jobs }: RemoteToken, field: string): Access {
  checkName(`${field}.name`, name);
  if (!Array.isArray(roles) || roles.length === 0 || roles.some((role) => !ROLES.includes(role))) {
    throw invalidArgument(`${field}.roles`, `a list of some of ${ROLES.join(', ')}`, roles);
  }
  for (const [option, of] of Object.entries({ queues, jobs })) {
    if (of === undefined || Array.isArray(of)) continue;
    throw invalidArgument(`${field}.${option}`, `a list of names of ${option}`, of);
  }
  if (jobs !== undefined && (roles.includes('read') || roles.includes('operate'))) {
    const expected = 'absent from a token that reads or operates';
    const advice = 'Those roles reach the jobs of all names: serve queues of their own.';
    throw invalidArgument(`${field}.jobs`, expected, jobs, advice);
  }
  return {
    name,
    roles: new Set<Role>(roles),
    ...(queues && { queues: new Set(queues) }),
    ...(jobs && { jobs: new Set(jobs) }),
  };
}

function hashOfToken({ secret, hash }: RemoteToken, field: string): Buffer {
  if (hash !== undefined) {
    if (secret === undefined && typeof hash === 'string' && /^[0-9a-f]{64}$/i.test(hash)) {
      return Buffer.from(hash, 'hex');
    }
    throw secretError(`${field}.hash`, '64 hexadecimal digits, without a `secret` beside it');
  }
  if (typeof secret !== 'string' || !/^\S{24,512}$/.test(secret)) {
    throw secretError(`${field}.secret`, '24 to 512 characters without spaces');
  }
  return hashOf(secret);
}

function secretError(field: string, expected: string): JobsError {
  const message = `Expected \`${field}\` to be ${expected}. \`openssl rand -hex 32\` makes one.`;
  return new JobsError('JOBS_INVALID_ARGUMENT', message, { details: { field, expected } });
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
