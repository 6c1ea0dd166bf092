/** Lists the permissions of the dashboard. */
export const PERMISSIONS = [
  'read',
  'retry',
  'cancel',
  'remove',
  'enqueue',
  'pause',
  'schedule',
  'workers',
  'reveal',
] as const;

/** Names one of {@link PERMISSIONS}. */
export type Permission = (typeof PERMISSIONS)[number];
