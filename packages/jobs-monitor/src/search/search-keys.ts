/** The keys a search knows; `payload.…` and `metadata.…` lead into a job. */
export const SEARCH_KEYS = [
  'queue',
  'status',
  'name',
  'id',
  'error',
  'code',
  'group',
  'attempts',
  'priority',
  'since',
  'older',
  'worker',
] as const;
