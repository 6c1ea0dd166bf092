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
  'createdAfter',
  'createdBefore',
  'failedAfter',
  'failedBefore',
] as const;

/** Names a key of a search. */
export type SearchKey = (typeof SEARCH_KEYS)[number];
