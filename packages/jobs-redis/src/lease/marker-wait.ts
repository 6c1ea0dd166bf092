import type { Link } from '../connection/link.ts';
import type { BlockingCommand, Seat, SharedRead } from '../connection/shared-read.ts';

/** How long a worker may take to act on a marker before it is put back. */
const ACT_WITHIN_MS = 50;

/**
 * Waits for markers with `BZPOPMIN`. A marker goes to the worker that has waited longest for one of its queue, and back
 * if none waits any more.
 */
export function markerCommand(link: () => Link): BlockingCommand<MarkerWait> {
  return {
    send: (client, seats, blockMs) => {
      const keys = [...new Set(seats.map(({ key }) => key))];
      // The server looks at the keys in their order: another one is first each time.
      const first = Math.floor(Math.random() * keys.length);
      return client.bzpopmin(...keys.slice(first), ...keys.slice(0, first), blockMs / 1000);
    },
    deliver: (answer, seats) => {
      const [key, member, score] = Array.isArray(answer) ? answer.map(String) : [];
      if (key === undefined || member === undefined || score === undefined) return;
      const putBack = (): void => {
        void link()
          .run((client) => client.zadd(key, score, member))
          .catch(() => undefined);
      };
      const seat = seats.find((each) => each.key === key);
      if (seat === undefined) putBack();
      else seat.take(putBack);
    },
  };
}

/**
 * Waits, while its worker is idle, for the marker that wakes an idle BullMQ worker. Puts back a marker that arrives when
 * its worker is no longer idle, so that another worker gets it.
 */
export class MarkerWait implements Seat {
  readonly key: string;
  readonly #read: SharedRead<MarkerWait>;
  #onReady: () => void = () => undefined;
  #isWanted = false;
  #isFree = false;
  /** Puts back the marker that came and was not acted on yet. */
  #putsBack: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** How many times its worker asked for jobs, and how many of these calls are over. */
  #asked = 0;
  #over = 0;
  /** Whether jobs were handed over since the last answer, and whether the last ones were there. */
  #isHanded = false;
  #isFruitful = true;
  #giveUp: (() => void) | undefined;

  /**
   * @param key the key of the marker
   * @param read the read to wait in
   */
  constructor(key: string, read: SharedRead<MarkerWait>) {
    this.key = key;
    this.#read = read;
  }

  /** Calls `onReady` with each marker from now on. */
  start(onReady: () => void): void {
    this.#onReady = onReady;
    this.#giveUp = this.#read.use();
  }

  /** Sets whether markers are wanted: the worker has room and got fewer jobs than it asked for; and whether it runs none. */
  listen(isWanted: boolean, isFree: boolean): void {
    this.#isWanted = isWanted;
    this.#isFree = isFree;
    if (isWanted && this.#giveUp !== undefined) this.#read.join(this);
  }

  /** Notes that the worker asks for jobs, and so acts on the marker that came. */
  claimed(): void {
    this.#asked += 1;
    this.#putsBack = undefined;
    clearTimeout(this.#timer);
  }

  /** Notes that a call that asked for jobs is over, and whether it brought any. */
  answered(isFruitful: boolean): void {
    this.#over += 1;
    if (isFruitful || this.#isHanded) this.#isFruitful = isFruitful;
    this.#isHanded = false;
  }

  /**
   * Whether jobs can be handed over: its worker waits for some, and found those that were handed over before. While it
   * runs others, it waits for markers with the workers of all processes, so that it does not get more than its share.
   */
  get takesHandedOver(): boolean {
    return this.#isWanted && this.#isFree && this.#isFruitful && this.#giveUp !== undefined;
  }

  /**
   * Has the worker ask at once for jobs that this process has just sent to the server, over the same connection and
   * without a marker, as if it had got theirs. Returns what to call when the server has answered, with whether it stored
   * them by the first try. Unless it did, and before it answered the worker, the marker is set after all.
   */
  handOver(setMarker: () => void): (isStored: boolean) => void {
    const asked = this.#asked;
    this.#isHanded = true;
    this.take(setMarker);
    return (isStored) => {
      if (!isStored || this.#over > asked) setMarker();
    };
  }

  /** Takes a marker that came. */
  take(putBack: () => void): void {
    clearTimeout(this.#timer);
    this.#putsBack = putBack;
    // Those that wait for the same marker take turns.
    this.#read.leave(this);
    if (!this.#isWanted || this.#giveUp === undefined) {
      this.#putBack();
      return;
    }
    this.#onReady();
    // The worker asks for jobs in this turn, unless it is busy with something else.
    setImmediate(() => this.#acted());
    // A read that goes on for others would have to be ended for this one later.
    if (this.#read.isShared) this.#read.join(this);
  }

  /** Puts the marker back soon if the worker has not asked for jobs yet. */
  #acted(): void {
    if (this.#putsBack === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#putBack(), ACT_WITHIN_MS);
    if (this.#giveUp !== undefined) this.#read.join(this);
  }

  /** Ends waiting. */
  close(): void {
    this.#read.leave(this);
    this.#giveUp?.();
    this.#giveUp = undefined;
    this.#putBack();
  }

  #putBack(): void {
    clearTimeout(this.#timer);
    this.#putsBack?.();
    this.#putsBack = undefined;
  }
}
