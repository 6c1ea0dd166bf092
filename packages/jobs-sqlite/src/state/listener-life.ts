/** How long after its last heartbeat a process that listens to events counts as alive, in milliseconds. */
export const LISTENER_LIVES_MS = 60_000;
