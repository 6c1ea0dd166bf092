import { createHash } from 'node:crypto';
import { JobsError } from '@philjs/jobs-core';
import { invalidArgument } from '@philjs/jobs-core/backend';
import {
  checkDuration,
  checkInteger,
  checkOptions,
  MAX_TIMEOUT_MS,
} from '@philjs/jobs-core/internal';
import { AddressRules, type AllowOptions, RefusedAddressError } from './address-rules.ts';
import { readSecret, type SigningKey } from './sign-message.ts';

/** The events that webhooks report. */
export const WEBHOOK_EVENTS = ['completed', 'failed', 'cancelled'] as const;

/** Names an event that a webhook reports. */
export type WebhookEventName = (typeof WEBHOOK_EVENTS)[number];

/** Names what a message carries beside the ids, names and times. */
export type WebhookContent = 'payload' | 'result' | 'metadata';

/** Describes a receiver. */
export interface WebhookEndpoint {
  /** Where messages go: `https:`, a public address, without user and password. */
  readonly url: string;
  /** The secret that signs: `whsec_` and 24 to 64 bytes in base64. */
  readonly secret?: string | undefined;
  /** Several secrets, while one replaces another: each message has a signature by each. 1 to 5. */
  readonly secrets?: readonly string[] | undefined;
  /** The ends of jobs it receives. */
  readonly events: readonly WebhookEventName[];
  /** The names of the jobs whose ends it receives. @default all */
  readonly jobs?: readonly string[] | undefined;
  /**
   * Whether its messages arrive one after the other, in the order they were stored: one that fails holds up those
   * behind it, and a slot of its worker, through all its tries. Needs a backend with concurrency limits by key.
   * @default false
   */
  readonly ordered?: boolean | undefined;
  /** The parts of a job its messages carry. @default ['result'] */
  readonly include?: readonly WebhookContent[] | undefined;
}

/** Says how often and when a message is tried. */
export interface WebhookRetry {
  /** The number of tries in all. 1 to 100. @default 12 */
  readonly attempts?: number | undefined;
  /** How long before the second try, in milliseconds; each time three times as long. @default 5_000 */
  readonly delay?: number | undefined;
  /** The longest delay, in milliseconds; a `Retry-After` may ask for as much. @default 86_400_000 (one day) */
  readonly maxDelay?: number | undefined;
}

/** Configures {@link createWebhooks}. */
export interface WebhooksOptions {
  /** The receivers, of different URLs. */
  readonly endpoints: readonly WebhookEndpoint[];
  /** The name of the queue, among several, whose workers send messages. @default the first one */
  readonly deliverIn?: string | undefined;
  /** When a message is tried again. @default 12 tries, the second after 5 s, then each time three times as long */
  readonly retry?: WebhookRetry | undefined;
  /** How long one try may take, in milliseconds. @default 15_000 */
  readonly timeout?: number | undefined;
  /** The largest body, in bytes: a larger one is sent without payload, result and metadata. @default 65_536 */
  readonly maxBodyBytes?: number | undefined;
  /** Allows addresses that are refused otherwise. @default none */
  readonly allow?: AllowOptions | undefined;
}

/** Is a receiver that was checked. */
export interface Endpoint {
  /** Stands for the URL wherever something is stored: a URL may hold a secret. */
  readonly key: string;
  readonly url: URL;
  readonly keys: readonly SigningKey[];
  readonly events: readonly WebhookEventName[];
  readonly jobs: ReadonlySet<string> | undefined;
  readonly ordered: boolean;
  readonly include: readonly WebhookContent[];
}

/** Are options that were checked. */
export interface Settings {
  readonly endpoints: readonly Endpoint[];
  readonly deliverIn: string | undefined;
  readonly attempts: number;
  readonly delay: number;
  readonly maxDelay: number;
  readonly timeout: number;
  readonly maxBodyBytes: number;
  readonly rules: AddressRules;
}

const CONTENT: readonly WebhookContent[] = ['payload', 'result', 'metadata'];
const ENDPOINT = ['url', 'secret', 'secrets', 'events', 'jobs', 'ordered', 'include'];
const DAY = 86_400_000;

/**
 * Checks all options and fills in the defaults.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`; it shows no secret
 */
export function readOptions(options: WebhooksOptions): Settings {
  const known = ['endpoints', 'deliverIn', 'retry', 'timeout', 'maxBodyBytes', 'allow'];
  checkOptions('createWebhooks', unlessText(options), known);
  const { endpoints, deliverIn, retry = {}, timeout = 15_000, allow = {} } = options;
  const { maxBodyBytes = 65_536 } = options;
  checkOptions('retry', retry, ['attempts', 'delay', 'maxDelay']);
  checkOptions('allow', allow, ['http', 'addresses', 'hosts']);
  const { attempts = 12, delay = 5000, maxDelay = DAY } = retry;
  const rules = new AddressRules(allow);
  if (!Array.isArray(endpoints) || endpoints.length === 0) {
    throw invalidArgument('endpoints', 'a list of at least one receiver', unlessText(endpoints));
  }
  // `map` would leave out what a list with holes lacks.
  const read = Array.from(endpoints as readonly WebhookEndpoint[], (endpoint, index) =>
    readEndpoint(`endpoints[${index}]`, endpoint, rules),
  );
  const keys = read.map(({ key }) => key);
  const twice = keys.findIndex((key, index) => keys.indexOf(key) !== index);
  if (twice >= 0) {
    const first = keys.indexOf(keys[twice] ?? '');
    throw new JobsError(
      'JOBS_INVALID_ARGUMENT',
      `Expected \`endpoints[${twice}]\` to have another URL than \`endpoints[${first}]\`. Give one receiver all its \`events\` and \`jobs\`.`,
      { details: { field: `endpoints[${twice}].url` } },
    );
  }
  return {
    endpoints: read,
    deliverIn,
    attempts: checkInteger('retry.attempts', attempts, { min: 1, max: 100 }),
    delay: checkDuration('retry.delay', delay, { min: 1, max: DAY }),
    maxDelay: checkDuration('retry.maxDelay', maxDelay, { min: 1, max: 30 * DAY }),
    timeout: checkDuration('timeout', timeout, { min: 1, max: MAX_TIMEOUT_MS }),
    maxBodyBytes: checkInteger('maxBodyBytes', maxBodyBytes, { min: 1024, max: 10_485_760 }),
    rules,
  };
}

/** Makes the key that stands for a URL. */
export function keyOf(url: URL): string {
  return createHash('sha256').update(url.href).digest('base64url').slice(0, 22);
}

function readEndpoint(field: string, endpoint: WebhookEndpoint, rules: AddressRules): Endpoint {
  checkOptions(field, unlessText(endpoint), ENDPOINT);
  const { events, jobs, ordered = false, include = ['result'] } = endpoint;
  const url = readUrl(`${field}.url`, endpoint.url, rules);
  if (typeof ordered !== 'boolean') {
    throw invalidArgument(`${field}.ordered`, '`true` or `false`', ordered);
  }
  if (!Array.isArray(events) || events.length === 0) {
    throw invalidArgument(
      `${field}.events`,
      `a list of some of ${WEBHOOK_EVENTS.join(', ')}`,
      events,
    );
  }
  if (jobs !== undefined) checkAll(`${field}.jobs`, jobs, undefined);
  return {
    key: keyOf(url),
    url,
    keys: readSecrets(field, endpoint),
    events: checkAll(`${field}.events`, events, WEBHOOK_EVENTS),
    jobs: jobs === undefined ? undefined : new Set(jobs),
    ordered,
    include: checkAll(`${field}.include`, include, CONTENT),
  };
}

/** Returns a value for an error to show; of a text its type alone, since it may be a URL, or a secret. */
function unlessText(given: unknown): unknown {
  return typeof given === 'string' ? typeof given : given;
}

function readUrl(field: string, text: unknown, rules: AddressRules): URL {
  const url = typeof text === 'string' ? tryUrl(text) : null;
  // Not quoted in errors: the path or the query may hold a secret.
  if (url === null) {
    const got =
      typeof text === 'string' ? 'a text that is no URL' : `a value of the type ${typeof text}`;
    throw new JobsError(
      'JOBS_INVALID_ARGUMENT',
      `Expected \`${field}\` to be a URL such as https://…, got ${got}.`,
      { details: { field } },
    );
  }
  try {
    rules.checkUrl(url);
  } catch (error) {
    if (!(error instanceof RefusedAddressError)) throw error;
    throw new JobsError('JOBS_INVALID_ARGUMENT', `\`${field}\`: ${error.message}.`, {
      cause: error,
      details: { field },
    });
  }
  return url;
}

function tryUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

function readSecrets(field: string, { secret, secrets }: WebhookEndpoint): readonly SigningKey[] {
  if ((secret === undefined) === (secrets === undefined)) {
    throw new JobsError(
      'JOBS_INVALID_ARGUMENT',
      `Expected either \`${field}.secret\` or \`${field}.secrets\`, got ${secret === undefined ? 'none' : 'both'}.`,
      { details: { field: `${field}.secret` } },
    );
  }
  if (secrets === undefined) return [readSecret(`${field}.secret`, secret)];
  if (!Array.isArray(secrets) || secrets.length < 1 || secrets.length > 5) {
    throw invalidArgument(`${field}.secrets`, 'a list of 1 to 5 secrets', unlessText(secrets));
  }
  return secrets.map((one, index) => readSecret(`${field}.secrets[${index}]`, one));
}

function checkAll<T extends string>(
  field: string,
  given: readonly T[],
  known: readonly T[] | undefined,
): readonly T[] {
  const expected =
    known === undefined ? 'a list of names' : `a list of some of ${known.join(', ')}`;
  if (!Array.isArray(given)) throw invalidArgument(field, expected, given);
  for (const one of given as readonly unknown[]) {
    const fits = known === undefined ? typeof one === 'string' : known.includes(one as T);
    if (!fits) throw invalidArgument(field, expected, one);
  }
  return given;
}
