/**
 * The settings of functions that touch jobs. Their plans are made once and use the indexes, whatever the server's
 * statistics say: plans from statistics that were taken while a queue was empty are slower by a factor of ten and more.
 * Only functions that are called from outside have them: a setting costs a call more than most of its statements, and
 * what they call has the same.
 */
export const PLANNED: string = `SET search_path FROM CURRENT SET plan_cache_mode = force_generic_plan
  SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
  SET enable_mergejoin = off SET enable_sort = off SET jit = off`;

/**
 * The condition that joins `jobs` with rows that name a job by its id, in a materialized list that has its queue too.
 * Written in this way it can only be evaluated job by job, by the primary key. As two equations the planner may read all
 * jobs of the queue and look each up in the list, which it takes for cheaper as long as it believes that there are few.
 */
export function jobOf(list: string): string {
  return `j.queue = ANY (ARRAY[${list}.queue]) AND j.id = ${list}.id`;
}
