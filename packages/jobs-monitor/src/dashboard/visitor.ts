import type { Clock } from '@philjs/jobs-core';
import type { Permission } from '../view/permission.ts';
import type { DashboardUser, ResolvedDashboardOptions } from './dashboard-options.ts';
import { DoorError, HttpError } from './http/http-error.ts';

/** How long `auth` and `permissions` may take, in milliseconds. */
const ANSWERS_WITHIN_MS = 10_000;

/** Holds the sender of a request and their permissions. */
export class Visitor {
  /** The user; `undefined` where users are not identified. */
  readonly user: DashboardUser | undefined;
  /** The permissions. */
  readonly can: readonly Permission[];

  constructor(user: DashboardUser | undefined, can: readonly Permission[]) {
    this.user = user;
    this.can = can;
  }

  /** Throws unless the visitor has a permission. @throws HttpError 403 */
  require(permission: Permission): void {
    if (this.can.includes(permission)) return;
    throw new HttpError(403, `You need the permission \`${permission}\` for this.`);
  }
}

/**
 * Identifies the sender of a request. If it returns a `Response`, send that as the answer. Whatever the functions of the
 * host application do, nobody is let in but a user.
 *
 * @throws HttpError 401; DoorError 500 or 503 where `auth` or `permissions` fails, or does not answer in time
 */
export async function identify(
  request: Request,
  { auth, permissionsOf }: ResolvedDashboardOptions,
  clock: Clock,
): Promise<Visitor | Response> {
  const permitted = async (user: DashboardUser | undefined): Promise<Visitor> =>
    new Visitor(user, await answerOf('permissions', () => permissionsOf(user), clock));
  if (auth === 'none') return permitted(undefined);
  const user = await answerOf('auth', () => auth(request), clock).catch((error: unknown) => {
    // Frameworks throw their redirects.
    if (error instanceof DoorError && error.cause instanceof Response) return error.cause;
    throw error;
  });
  if (user instanceof Response) return user.clone();
  if (isUser(user)) return permitted(user);
  const signIn = 'Sign in to see this.';
  if (typeof user !== 'object' || user === null) throw new HttpError(401, signIn);
  throw new DoorError(
    401,
    signIn,
    'The `auth` of the dashboard returned an object that is no user: give it an `id`, `name` or `email`',
  );
}

/** Calls a function of the host application. */
async function answerOf<T>(option: string, ask: () => T | Promise<T>, clock: Clock): Promise<T> {
  let timer: unknown;
  const late = new Promise<never>((_resolve, reject) => {
    const giveUp = (): void => reject(lateError(option));
    timer = clock.setTimeout(giveUp, ANSWERS_WITHIN_MS, { background: true });
  });
  const answer = (async () => ask())().catch((error: unknown) => {
    throw failedError(option, error);
  });
  return Promise.race([answer, late]).finally(() => clock.clearTimeout(timer));
}

function failedError(option: string, cause: unknown): DoorError {
  const message = `The \`${option}\` of the dashboard failed, so nobody is let in. The log of the process says why.`;
  return new DoorError(500, message, `The \`${option}\` of the dashboard threw`, cause);
}

function lateError(option: string): DoorError {
  const message = `The \`${option}\` of the dashboard has not answered within ${ANSWERS_WITHIN_MS / 1000} seconds, so nobody is let in. Look at what it waits for.`;
  return new DoorError(503, message, message);
}

/** Returns whether a value is a user: a name, or an object with one; not `true`, `{}` or a list from a check. */
function isUser(user: unknown): user is DashboardUser {
  if (typeof user !== 'object' || user === null) return typeof user === 'string' && user !== '';
  const { id, name, email } = user as { readonly [field: string]: unknown };
  return [id, name, email].some((text) => typeof text === 'string' && text !== '');
}

/**
 * Returns whether an open page may stay open: its request still identifies a user, who still has the
 * permissions from when it was opened. A failed check, such as a session store that is away, ends the page too.
 */
export async function mayStillRead(
  request: Request,
  before: Visitor,
  options: ResolvedDashboardOptions,
  clock: Clock,
): Promise<boolean> {
  try {
    const visitor = await identify(request, options, clock);
    if (visitor instanceof Response || !visitor.can.includes('read')) return false;
    const may = (one: Visitor): string => [...one.can].sort().join();
    return may(visitor) === may(before);
  } catch {
    return false;
  }
}
