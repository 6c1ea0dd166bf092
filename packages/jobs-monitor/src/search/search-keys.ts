/** The keys of a search; `payload.…` and `metadata.…` name fields within a job. */
export const SEARCH_KEYS = [
  'queue',
  'status',
  'name',
  'tag',
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
