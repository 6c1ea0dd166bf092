import type { Permission } from '../view/permission.ts';
import type { DashboardUser, ResolvedDashboardOptions } from './dashboard-options.ts';
import { HttpError } from './http/http-error.ts';

/** Whoever sent a request, and what they may do. */
export class Visitor {
  /** Who it is, if anybody was asked. */
  readonly user: DashboardUser | undefined;
  /** What they may do. */
  readonly can: readonly Permission[];

  constructor(user: DashboardUser | undefined, can: readonly Permission[]) {
    this.user = user;
    this.can = can;
  }

  /** Refuses what they may not do. @throws HttpError 403 */
  require(permission: Permission): void {
    if (this.can.includes(permission)) return;
    throw new HttpError(403, `You need the permission \`${permission}\` for this.`);
  }
}

/**
 * Finds out who sends a request; a `Response` is to be sent instead of what was asked for.
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

/** Only a name or an object is a user: `false`, `''`, `0`, `NaN` and `true` are how checks say no, or nothing. */
function isUser(user: unknown): user is DashboardUser {
  return typeof user === 'string' ? user !== '' : typeof user === 'object' && user !== null;
}

/**
 * Tells whether an open page may go on: the request it came with is still somebody's, who may do what
 * they could when it was opened. What fails, such as a session store that is away, ends it as well.
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
