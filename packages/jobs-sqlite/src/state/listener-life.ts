/** How long a process that listens to events counts as alive after it last said so, in milliseconds. */
export const LISTENER_LIVES_MS = 60_000;
