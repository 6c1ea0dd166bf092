import { invalidArgument } from '@philjs/jobs-core/backend';
import { checkOptions } from '@philjs/jobs-core/internal';
import { createRedactor, type RedactOption, type Redactor } from '@philjs/jobs-core/redact';
import { PERMISSIONS, type Permission } from '../view/permission.ts';
import type { AuditEvent } from './audit.ts';
import { checkFunction } from './check-function.ts';

/** Describes a user of the dashboard as the host application knows them: a name, or an object with one. */
export type DashboardUser =
  | string
  | { readonly id?: string; readonly name?: string; readonly email?: string };

/**
 * Identifies the sender of a request: returns a name that is not empty, or an object with an `id`, `name` or `email`. Everything
 * else, such as `null`, `false` or `{}`, refuses the request, as do a throw and no answer within 10 seconds. A `Response`, such as
 * a redirect to a login, is sent with its own headers, also where it is thrown. The dashboard calls it again for open pages, at least every 30 seconds.
 */
export type Authenticate<TUser extends DashboardUser = DashboardUser> = (
  request: Request,
) => TUser | null | Response | Promise<TUser | null | Response>;

/** The options of a dashboard. */
export interface DashboardOptions<TUser extends DashboardUser = DashboardUser> {
  /** Who may use the dashboard. There is no default: `'none'` lets in everyone who can reach the address. */
  readonly auth: 'none' | Authenticate<TUser>;
  /** The permissions: one list for all users, or a function of the user. @default ['read'] */
  readonly permissions?:
    | readonly Permission[]
    | ((user: TUser | undefined) => readonly Permission[] | Promise<readonly Permission[]>)
    | undefined;
  /** Fields to mask besides passwords, tokens, cards and the like; `false` masks nothing. @default [] */
  readonly redact?: RedactOption | undefined;
  /**
   * Is called for every action. It may be `async`: no action waits for it, and what it rejects with is logged.
   * @default writes a line to the first queue's logger
   */
  readonly audit?: ((event: AuditEvent) => void) | undefined;
  /**
   * The host names by which browsers know this dashboard, without a port. Requests by other names are refused, but with an
   * `auth` function those by addresses and private names, which a proxy that replaces Host puts there. `auth: 'none'`
   * adds the names of this machine. @default any; with `auth: 'none'`, those of this machine only
   */
  readonly allowedHosts?: readonly string[] | undefined;
  /** The time between two updates of open pages, in milliseconds. @default 2_000 */
  readonly refreshInterval?: number | undefined;
  /** Names the system on every page, in a colour: `{ label: 'production', colour: 'red' }`. */
  readonly environment?: DashboardEnvironment | undefined;
}

/** The colours of {@link DashboardEnvironment}. */
export const COLOURS = ['grey', 'blue', 'green', 'amber', 'red'] as const;

/** Names the system that a dashboard shows. */
export interface DashboardEnvironment {
  /** The name shown on every page: 1 to 40 characters. */
  readonly label: string;
  /** The colour behind it. @default 'grey' */
  readonly colour?: (typeof COLOURS)[number] | undefined;
}

/** Holds {@link DashboardOptions} after checks, with the defaults filled in. */
export interface ResolvedDashboardOptions {
  readonly auth: 'none' | Authenticate;
  readonly permissionsOf: (
    user: DashboardUser | undefined,
  ) => readonly Permission[] | Promise<readonly Permission[]>;
  readonly redactor: Redactor;
  readonly audit: ((event: AuditEvent) => void) | undefined;
  readonly allowedHosts: readonly string[] | undefined;
  readonly refreshInterval: number;
  readonly environment: DashboardEnvironment | undefined;
}

/** The names of {@link DashboardOptions}. */
export const DASHBOARD_OPTION_NAMES: readonly string[] = [
  'auth',
  'permissions',
  'redact',
  'audit',
  'allowedHosts',
  'refreshInterval',
  'environment',
];

/**
 * Checks the options of a dashboard and fills in the defaults.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`, above all when `auth` is missing
 */
export function resolveDashboardOptions<TUser extends DashboardUser>(
  options: DashboardOptions<TUser>,
): ResolvedDashboardOptions {
  // A dashboard without any option lacks `auth` above all, and the error is to say so.
  const given: Partial<DashboardOptions<TUser>> = options ?? {};
  checkOptions('dashboard', given, DASHBOARD_OPTION_NAMES);
  const {
    auth,
    permissions = ['read'],
    redact,
    audit,
    allowedHosts,
    refreshInterval = 2000,
  } = given;
  if (auth !== 'none' && typeof auth !== 'function') {
    throw invalidArgument(
      'auth',
      "a function that finds out who sends a request, or 'none'",
      auth,
      'A dashboard shows payloads and can change jobs; `none` lets in everyone who can reach it.',
    );
  }
  checkFunction('audit', audit);
  if (!Number.isInteger(refreshInterval) || refreshInterval < 250 || refreshInterval > 60_000) {
    throw invalidArgument(
      'refreshInterval',
      'a whole number of milliseconds from 250 to 60000',
      refreshInterval,
    );
  }
  return {
    auth: auth as 'none' | Authenticate,
    permissionsOf: permissionsOf(permissions as DashboardOptions['permissions']),
    redactor: createRedactor(redact),
    audit,
    allowedHosts: hostsFor(auth, checkHosts(allowedHosts)),
    refreshInterval,
    environment: checkEnvironment(options.environment),
  };
}

function permissionsOf(
  given: DashboardOptions['permissions'],
): ResolvedDashboardOptions['permissionsOf'] {
  if (typeof given === 'function') {
    return async (user) => checkPermissions(await given(user as never));
  }
  const permissions = checkPermissions(given);
  return () => permissions;
}

function checkEnvironment(
  given: DashboardEnvironment | undefined,
): DashboardEnvironment | undefined {
  if (given === undefined) return undefined;
  checkOptions('environment', given, ['label', 'colour']);
  const { label, colour = 'grey' } = given;
  if (typeof label !== 'string' || label === '' || label.length > 40) {
    throw invalidArgument('environment.label', 'a text of 1 to 40 characters', label);
  }
  if (COLOURS.includes(colour)) return { label, colour };
  throw invalidArgument('environment.colour', `one of ${COLOURS.join(', ')}`, colour);
}

function checkPermissions(given: unknown): readonly Permission[] {
  if (!Array.isArray(given)) throw invalidArgument('permissions', 'an array', given);
  for (const name of given) {
    if (PERMISSIONS.includes(name)) continue;
    throw invalidArgument('permissions', `some of ${PERMISSIONS.join(', ')}`, name);
  }
  return given;
}

/** The names by which this machine calls itself. */
export const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost', '[::1]', '::1'];

/**
 * Returns the host names to accept. Without authentication these are limited, because another site could
 * point its own name at this machine and read the dashboard (DNS rebinding).
 */
function hostsFor(
  auth: unknown,
  allowed: readonly string[] | undefined,
): readonly string[] | undefined {
  return auth === 'none' ? [...LOOPBACK, ...(allowed ?? [])] : allowed;
}

function checkHosts(given: unknown): readonly string[] | undefined {
  if (given === undefined) return undefined;
  if (Array.isArray(given) && given.every((host) => typeof host === 'string')) {
    return given.map((host) => host.toLowerCase());
  }
  throw invalidArgument('allowedHosts', 'an array of names of hosts', given);
}
