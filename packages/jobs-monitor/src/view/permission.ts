/** What a user of the dashboard may be allowed to do. */
export const PERMISSIONS = [
  'read',
  'retry',
  'cancel',
  'remove',
  'enqueue',
  'pause',
  'schedule',
  'reveal',
] as const;

/** Names one of {@link PERMISSIONS}. */
export type Permission = (typeof PERMISSIONS)[number];
