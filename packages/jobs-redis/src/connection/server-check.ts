import { JobsError, type Logger } from '@philjs/jobs-core';
import type { Client } from './connect.ts';
import type { Link } from './link.ts';

/** The oldest servers that have what is used here: `ZRANGE … BYSCORE`, `LPOS`, `BZPOPMIN` in fractions of a second. */
const OLDEST = { redis: [6, 2], valkey: [7, 2] } as const;
/** From here on a skew is worth a warning: delayed jobs start by the worker's clock. */
const MAX_SKEW_MS = 1000;

/** Tells what kind of server answers. */
export interface ServerFacts {
  /** `redis` or `valkey`; others are taken for the Redis they claim to be. */
  readonly kind: 'redis' | 'valkey';
  /** Its version, such as `8.0.2`. */
  readonly version: string;
  /** How far its clock is ahead of this process's, in milliseconds; roughly half a round trip off. */
  readonly skewMs: number;
}

/**
 * Looks whether the server can be relied on: refuses one that is too old, warns of one that may evict
 * jobs and of clocks that disagree.
 *
 * @throws JobsError `JOBS_NOT_SUPPORTED`, `JOBS_BACKEND_UNAVAILABLE`
 */
export async function checkServer(link: Link, logger: Logger): Promise<ServerFacts> {
  const askedAt = Date.now();
  const [seconds, micros] = await link.run((client) => timeOf(client));
  const answeredAt = Date.now();
  const info = parseInfo(await link.run((client) => client.info()));
  const skewMs = Number(seconds) * 1000 + Number(micros) / 1000 - (askedAt + answeredAt) / 2;
  const valkey = info.get('valkey_version');
  const kind = valkey === undefined ? 'redis' : 'valkey';
  const version = valkey ?? info.get('redis_version') ?? '0.0.0';
  refuseOld(kind, version);
  warnOfEviction(info.get('maxmemory_policy'), info.get('maxmemory'), logger);
  if (Math.abs(skewMs) > MAX_SKEW_MS) {
    logger.warn(
      `The clock of this process is ${Math.round(Math.abs(skewMs))} ms ${skewMs > 0 ? 'behind' : 'ahead of'} the Redis server's. Delayed jobs start by the clocks of the workers: synchronise them (NTP).`,
    );
  }
  return { kind, version, skewMs };
}

function timeOf(client: Client): Promise<[unknown, unknown]> {
  return client.time() as Promise<[unknown, unknown]>;
}

function parseInfo(text: string): ReadonlyMap<string, string> {
  const lines = text.split(/\r?\n/).map((line) => line.split(':', 2));
  return new Map(
    lines.flatMap(([key, value]) => (key && value !== undefined ? [[key, value]] : [])),
  );
}

function refuseOld(kind: keyof typeof OLDEST, version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST[kind];
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new JobsError(
    'JOBS_NOT_SUPPORTED',
    `Expected Redis ${OLDEST.redis.join('.')} or Valkey ${OLDEST.valkey.join('.')} or newer, got ${kind} ${version}.`,
    { details: { kind, version } },
  );
}

function warnOfEviction(policy: string | undefined, max: string | undefined, logger: Logger): void {
  if (policy === undefined || policy === 'noeviction') return;
  const now = max === '0' ? ' once `maxmemory` is set' : '';
  logger.warn(
    `The eviction policy of the Redis server is \`${policy}\`: it may drop jobs${now}. Set it with \`CONFIG SET maxmemory-policy noeviction\`.`,
  );
}
