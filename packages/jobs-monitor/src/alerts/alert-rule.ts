import { JobsError } from '@philjs/jobs-core';
import { invalidArgument } from '@philjs/jobs-core/backend';
import {
  checkDuration,
  checkInteger,
  checkOptions,
  MAX_TIMEOUT_MS,
  suggestionFor,
} from '@philjs/jobs-core/internal';
import { checkFunction } from '../dashboard/check-function.ts';
import {
  type HealthProblem,
  type HealthProblemKind,
  PROBLEM_KINDS,
} from '../monitor/system-health.ts';

/** Tells a webhook of one problem, in the words of the health sentence. */
export interface Alert {
  /** Whether the problem came or is over. */
  readonly event: 'came' | 'went';
  /** The sentence for people; chat services such as Slack and Mattermost show it. */
  readonly text: string;
  /** When the monitor saw it, in ISO 8601. */
  readonly at: string;
  /** The problem. Its `since` is in ISO 8601. */
  readonly problem: Omit<HealthProblem, 'since'> & { readonly since?: string };
}

/** Says which problems are sent to which webhook. */
export interface AlertRule {
  /**
   * The address that gets a POST for each problem that comes or goes: `https:` or `http:`, without a user and a password.
   * Redirects are refused.
   */
  readonly url: string | URL;
  /** Selects the problems. @default all */
  readonly when?:
    | {
        /** The least severity. @default 'warning' */
        readonly severity?: HealthProblem['severity'] | undefined;
        /** Only problems of these kinds. @default all */
        readonly kinds?: readonly HealthProblemKind[] | undefined;
        /** Only problems of these queues. @default all */
        readonly queues?: readonly string[] | undefined;
      }
    | undefined;
  /**
   * Signs each request: the header `x-philjs-signature` is `t=<seconds>,v1=<hex>`, the HMAC-SHA-256 of
   * `<seconds>.<body>`. @default no signature
   */
  readonly secret?: string | undefined;
  /** Further headers, such as `authorization`. @default none */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Makes the JSON to send. @default the alert itself */
  readonly body?: ((alert: Alert) => unknown) | undefined;
  /** How long one attempt may take, in milliseconds. @default 10_000 */
  readonly timeout?: number | undefined;
  /**
   * How often it is tried in all: again after 1 s, 2 s, 4 s … or when `Retry-After` says, after 5 minutes at the
   * latest. 1 to 20. @default 6
   */
  readonly attempts?: number | undefined;
}

/** Holds an {@link AlertRule} after checks, with the defaults filled in. */
export interface CheckedRule {
  readonly url: URL;
  readonly when: NonNullable<AlertRule['when']>;
  readonly secret: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: (alert: Alert) => unknown;
  readonly timeout: number;
  readonly attempts: number;
}

/**
 * Checks the rules of a monitor's alerts.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkAlerts(rules: unknown): readonly CheckedRule[] {
  if (rules === undefined) return [];
  if (!Array.isArray(rules)) throw invalidArgument('alerts', 'an array of `{ url, when }`', rules);
  return rules.map((rule, index) => checkRule(`alerts[${index}]`, rule));
}

const RULE = ['url', 'when', 'secret', 'headers', 'body', 'timeout', 'attempts'];

function checkRule(field: string, given: AlertRule): CheckedRule {
  checkOptions(field, given, RULE);
  const { when = {}, secret, headers = {}, body, timeout = 10_000, attempts = 6 } = given;
  checkOptions(`${field}.when`, when, ['severity', 'kinds', 'queues']);
  const { severity = 'warning' } = when;
  if (severity !== 'warning' && severity !== 'critical') {
    throw invalidArgument(`${field}.when.severity`, "'warning' or 'critical'", severity);
  }
  for (const name of ['kinds', 'queues'] as const) {
    if (when[name] === undefined || Array.isArray(when[name])) continue;
    throw invalidArgument(`${field}.when.${name}`, 'an array of names', when[name]);
  }
  checkKinds(`${field}.when.kinds`, when.kinds ?? []);
  if (secret !== undefined && (typeof secret !== 'string' || secret === '')) {
    throw invalidArgument(`${field}.secret`, 'a text that is not empty', typeof secret);
  }
  checkFunction(`${field}.body`, body);
  return {
    url: checkUrl(`${field}.url`, given.url),
    when: { ...when, severity },
    secret,
    headers: checkHeaders(`${field}.headers`, headers),
    body: body ?? ((alert) => alert),
    timeout: checkDuration(`${field}.timeout`, timeout, { min: 1, max: MAX_TIMEOUT_MS }),
    attempts: checkInteger(`${field}.attempts`, attempts, { min: 1, max: 20 }),
  };
}

/** A rule of a misspelt kind would never send anything. */
function checkKinds(field: string, kinds: readonly string[]): void {
  const known: readonly string[] = PROBLEM_KINDS;
  const wrong = kinds.findIndex((kind) => !known.includes(kind));
  if (wrong < 0) return;
  const meant = suggestionFor(String(kinds[wrong]), known);
  const advice = meant === undefined ? '' : `Did you mean \`${meant}\`?`;
  throw invalidArgument(`${field}[${wrong}]`, `one of ${known.join(', ')}`, kinds[wrong], advice);
}

/**
 * The message names no part of the address but its kind, since addresses of webhooks are secrets. `fetch` takes none with
 * a user, and quotes it.
 */
function checkUrl(field: string, given: unknown): URL {
  const text = given instanceof URL ? given.href : given;
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined;
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  const isBare = url?.username === '' && url.password === '';
  if (isWeb && isBare) return url;
  const expected = 'an address that begins with `https:` or `http:`, and has no user or password';
  if (typeof text !== 'string') throw invalidArgument(field, expected, given);
  const got = isWeb ? 'one with a user or a password. Send them in `headers`' : kindOf(url);
  throw new JobsError(
    'JOBS_INVALID_ARGUMENT',
    `Expected \`${field}\` to be ${expected}, got ${got}.`,
    {
      details: { field },
    },
  );
}

function kindOf(url: URL | undefined): string {
  return url === undefined ? 'a text that is no URL' : `one with \`${url.protocol}\``;
}

function checkHeaders(field: string, headers: unknown): Readonly<Record<string, string>> {
  try {
    return Object.fromEntries(new Headers(headers as Record<string, string>));
  } catch {
    throw invalidArgument(field, 'an object of header names and texts', typeof headers);
  }
}
