import type { Permission } from '../view/permission.ts';
import type { DashboardUser, ResolvedDashboardOptions } from './dashboard-options.ts';
import { HttpError } from './http/http-error.ts';

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
 * Identifies the sender of a request. If it returns a `Response`, send that as the answer.
 *
 * @throws HttpError 401
 */
export async function identify(
  request: Request,
  { auth, permissionsOf }: ResolvedDashboardOptions,
): Promise<Visitor | Response> {
  if (auth === 'none') return new Visitor(undefined, permissionsOf(undefined));
  const user: unknown = await auth(request);
  if (user instanceof Response) return user;
  if (!isUser(user)) throw new HttpError(401, 'Sign in to see this.');
  return new Visitor(user, permissionsOf(user));
}

/** Returns whether a value is a user: a name or an object, not `false`, `''`, `0`, `NaN` or `true` from a check. */
function isUser(user: unknown): user is DashboardUser {
  return typeof user === 'string' ? user !== '' : typeof user === 'object' && user !== null;
}

/**
 * Returns whether an open page may stay open: its request still identifies a user, who still has the
 * permissions from when it was opened. A failed check, such as a session store that is away, ends the page too.
 */
export async function mayStillRead(
  request: Request,
  before: Visitor,
  options: ResolvedDashboardOptions,
): Promise<boolean> {
  try {
    const visitor = await identify(request, options);
    if (visitor instanceof Response || !visitor.can.includes('read')) return false;
    const may = (one: Visitor): string => [...one.can].sort().join();
    return may(visitor) === may(before);
  } catch {
    return false;
  }
}
