import { JobsError, type Logger } from '@philjs/jobs-core';
import type { Diagnosis } from '@philjs/jobs-core/backend';
import { diagnose } from '@philjs/jobs-core/internal';
import type { Link } from './link.ts';

/** The oldest servers that have what is used here: `ZRANGE`, `LPOS` and `BZPOPMIN` as they are now. */
const OLDEST = { redis: [6, 2], valkey: [7, 2] } as const;
/** Clock skew, in milliseconds, above which a warning is logged: dates that users give come from other clocks. */
const MAX_SKEW_MS = 1000;
/** The names of the checks, as a diagnosis shows them. */
const VERSION = 'version';
const PERSISTENCE = 'persistence';

/**
 * Looks whether a server can be relied on: its version, whether it may evict jobs, whether it writes
 * them to disk, and how far its clock is from this process's.
 *
 * @throws JobsError `JOBS_BACKEND_UNAVAILABLE`
 */
export async function examineServer(link: Link): Promise<readonly Diagnosis[]> {
  const skew = examineSkew(await measureSkew(link));
  const info = parseInfo(await link.run((client) => client.info()));
  return [examineVersion(info), examineEviction(info), examinePersistence(info), skew];
}

/**
 * Refuses a server that is too old, and warns of what else is not as it should be and may lose jobs or
 * start them at the wrong time.
 *
 * @throws JobsError `JOBS_NOT_SUPPORTED`, `JOBS_BACKEND_UNAVAILABLE`
 */
export async function checkServer(link: Link, logger: Logger): Promise<void> {
  for (const { check, ok, found, fix = '' } of await examineServer(link)) {
    if (ok || check === PERSISTENCE) continue;
    if (check === VERSION) throw new JobsError('JOBS_NOT_SUPPORTED', `${found} ${fix}`);
    logger.warn(`Redis: ${found} ${fix}`);
  }
}

/** Measures how far the server's clock is ahead of this process's, in milliseconds; half a round trip off. */
async function measureSkew(link: Link): Promise<number> {
  const askedAt = Date.now();
  // RESP3 answers numbers, RESP2 texts.
  const [seconds, micros] = await link.run((client) => client.time() as Promise<unknown[]>);
  return Number(seconds) * 1000 + Number(micros) / 1000 - (askedAt + Date.now()) / 2;
}

type Info = ReadonlyMap<string, string>;

function parseInfo(text: string): Info {
  const lines = text.split(/\r?\n/).map((line) => line.split(':', 2));
  return new Map(
    lines.flatMap(([key, value]) => (key && value !== undefined ? [[key, value]] : [])),
  );
}

function examineVersion(info: Info): Diagnosis {
  const valkey = info.get('valkey_version');
  const kind = valkey === undefined ? 'redis' : 'valkey';
  const version = valkey ?? info.get('redis_version') ?? 'of no version';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST[kind];
  const ok = major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
  const found = `The server is ${kind} ${version}.`;
  const fix = `Use Redis ${OLDEST.redis.join('.')} or Valkey ${OLDEST.valkey.join('.')}, or newer.`;
  return diagnose(VERSION, ok, found, fix);
}

function examineEviction(info: Info): Diagnosis {
  const policy = info.get('maxmemory_policy') ?? 'noeviction';
  const ok = policy === 'noeviction';
  const when = info.get('maxmemory') === '0' ? ' once `maxmemory` is set' : '';
  const found = `The eviction policy is \`${policy}\`${ok ? '' : `: it may drop jobs${when}`}.`;
  const fix = 'Set it with `CONFIG SET maxmemory-policy noeviction`.';
  return diagnose('eviction policy', ok, found, fix);
}

/** Examines persistence. A server without it gives no warning at start: a user may choose to keep jobs in memory only. */
function examinePersistence(info: Info): Diagnosis {
  const aof = info.get('aof_enabled') === '1';
  const found = aof
    ? 'What is accepted is written to an append-only file.'
    : 'The append-only file is off: a crash of the server loses what came after the last snapshot.';
  return diagnose(PERSISTENCE, aof, found, 'Set `appendonly yes` and `appendfsync everysec`.');
}

function examineSkew(skewMs: number): Diagnosis {
  const ok = Math.abs(skewMs) <= MAX_SKEW_MS;
  const ahead = skewMs > 0 ? 'behind' : 'ahead of';
  const found = `The clock of this process is ${Math.round(Math.abs(skewMs))} ms ${ahead} the server's.`;
  const fix = 'Jobs given a date start, and expire, by these clocks: synchronise them (NTP).';
  return diagnose('clock', ok, found, fix);
}
