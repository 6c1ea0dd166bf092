import { counted } from '../src/text/number.ts';

/** Tells how many jobs an action changed. */
export interface Changed {
  readonly changed: number;
  /** How many of these were only asked to stop, since they run. */
  readonly requested?: number;
}

/** Says how many jobs were changed; those that were only asked to stop apart. */
export function doneText({ changed, requested = 0 }: Changed, done: string): string {
  const asked = requested > 0 ? `, ${requested} asked to stop` : '';
  return `${counted(changed - requested, 'job')} ${done}${asked}`;
}
