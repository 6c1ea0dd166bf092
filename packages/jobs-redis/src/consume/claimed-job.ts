import type { JobJson, JobsOptions } from 'bullmq';
import { type JobHash, parseOptions, toJobHash } from '../record/job-hash.ts';
import type { StoredOptions } from '../record/job-options.ts';

/** A job as it was when it was claimed. */
export interface ClaimedJob {
  readonly hash: JobHash;
  readonly options: StoredOptions;
  /** The limit of its name, if the claim gave it a slot under one. */
  readonly limit: number | undefined;
}

/** Reads the flat hash a claim answers with. */
export function toClaimedJob(flat: readonly unknown[], limit = 0): ClaimedJob {
  const hash = toJobHash(flat);
  return { hash, options: parseOptions(hash['opts']), limit: limit === 0 ? undefined : limit };
}

/** BullMQ's own short names of options that its scripts need when a job of a flow ends. */
const SHORT: Readonly<Partial<Record<string, keyof JobsOptions>>> = {
  fpof: 'failParentOnFailure',
  cpof: 'continueParentOnFailure',
  idof: 'ignoreDependencyOnFailure',
  rdof: 'removeDependencyOnFailure',
};

/**
 * Describes a claimed job to BullMQ's worker, which needs little of it: the payload is core's business, so
 * that it is not read twice.
 */
export function toJobJson(id: string, { hash, options }: ClaimedJob): JobJson {
  const opts: Record<string, unknown> = {};
  for (const name in options) {
    opts[SHORT[name] ?? name] = options[name as keyof StoredOptions];
  }
  return {
    id,
    name: hash['name'] ?? '',
    data: '0',
    opts: opts as JobsOptions,
    progress: 0,
    attemptsMade: Number(hash['atm'] ?? 0),
    attemptsStarted: Number(hash['ats'] ?? 0),
    stalledCounter: Number(hash['stc'] ?? 0),
    timestamp: Number(hash['timestamp']),
    delay: Number(hash['delay'] ?? 0),
    priority: Number(hash['priority'] ?? 0),
    processedOn: Number(hash['processedOn']),
    returnvalue: undefined as never,
    failedReason: undefined as never,
    ...(hash['stacktrace'] !== undefined && { stacktrace: hash['stacktrace'] as never }),
    ...(hash['rjk'] !== undefined && { repeatJobKey: hash['rjk'] }),
    ...(hash['defa'] !== undefined && { deferredFailure: hash['defa'] }),
    ...(hash['parentKey'] !== undefined && { parentKey: hash['parentKey'] }),
    ...(hash['parent'] !== undefined && { parent: JSON.parse(hash['parent']) as never }),
  };
}
