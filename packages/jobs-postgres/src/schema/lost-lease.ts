/** Writes the condition that an active job's lease has ended: no end and no renewal of it stands apart, in the table `apart`. */
export function leaseHasEnded(job: string, now: string, apart = 'apart'): string {
  return `(${job}.lease_until <= ${now} AND NOT EXISTS (SELECT 1 FROM ${apart} a WHERE a.queue = ${job}.queue AND a.job = ${job}.id
        AND a.fencing_token = ${job}.fencing_token AND (a.ended IS NOT NULL OR a.lease_until > ${now})))`;
}

/** Writes when an active job's lease ends, also where a renewal of it stands apart. */
export function leaseEnd(job: string, apart: string): string {
  return `greatest(${job}.lease_until, (SELECT max(a.lease_until) FROM ${apart} a WHERE a.queue = ${job}.queue AND a.job = ${job}.id
    AND a.fencing_token = ${job}.fencing_token))`;
}
