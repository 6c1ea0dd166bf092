/**
 * What functions that touch jobs are run with. Their plans are made once and go along the indexes, whatever
 * the server's statistics say: plans that depend on statistics are wrong for a queue that was empty when they
 * were taken, by a factor of ten and more.
 */
export const PLANNED: string = `SET search_path FROM CURRENT SET plan_cache_mode = force_generic_plan
  SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
  SET enable_mergejoin = off SET jit = off`;
