import { setTimeout } from 'node:timers/promises';

/** How long the file is left to others, in milliseconds: another process looks every 20 ms whether it is free. */
const BETWEEN_SLICES_MS = 25;

/** Leaves the file to other processes, and the event loop to this one, between two slices of a long change. */
export async function betweenSlices(): Promise<void> {
  await setTimeout(BETWEEN_SLICES_MS);
}
