/**
 * The settings of functions that touch jobs. Their plans are made once and use the indexes, whatever the server's
 * statistics say: plans from statistics that were taken while a queue was empty are slower by a factor of ten and more.
 */
export const PLANNED: string = `SET search_path FROM CURRENT SET plan_cache_mode = force_generic_plan
  SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
  SET enable_mergejoin = off SET jit = off`;
