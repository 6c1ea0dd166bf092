import type { PageState } from '../src/view/page-state.ts';
import type { LiveState } from '../src/view/site-header.ts';
import type { Server } from './server.ts';

const POLL_MS = 5000;
/** How many tabs may keep a stream: over HTTP/1.1 a browser allows six connections to a host in all. */
const STREAMS = 3;

interface LiveOptions {
  readonly server: Server;
  /** Where the stream of this page is. */
  readonly url: string;
  readonly onState: (state: PageState) => void;
  /** Hears that nothing has changed, and by when. */
  readonly onTime: (now: number) => void;
  readonly onLive: (live: LiveState) => void;
}

/**
 * Keeps a page up to date while it can be seen: by a stream of events; by asking now and then when
 * there is none, or other tabs keep as many as the browser allows.
 */
export class LiveUpdates {
  readonly #options: LiveOptions;
  #source: EventSource | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #release: (() => void) | undefined;
  /** Counts starts, so that what a stopped one still waits for changes nothing. */
  #turn = 0;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  /** Starts, and stops while the page is hidden. */
  start(): void {
    const follow = (): void => {
      if (document.hidden) this.#pause();
      else void this.#resume();
    };
    document.addEventListener('visibilitychange', follow);
    follow();
  }

  /** Ends for good. */
  stop(): void {
    this.#pause();
    this.#turn = Number.POSITIVE_INFINITY;
    this.#options.onLive('off');
  }

  #pause(): void {
    this.#turn += 1;
    this.#source?.close();
    this.#source = undefined;
    clearTimeout(this.#timer);
    this.#release?.();
    this.#release = undefined;
    this.#options.onLive('paused');
  }

  async #resume(): Promise<void> {
    if (this.#turn === Number.POSITIVE_INFINITY) return;
    this.#turn += 1;
    const turn = this.#turn;
    const hasTurn = (): boolean => turn === this.#turn;
    const release = await takeSlot();
    if (!hasTurn()) {
      release?.();
      return;
    }
    this.#release = release;
    if (release === undefined) await this.#poll(hasTurn);
    else this.#stream(hasTurn);
  }

  #stream(hasTurn: () => boolean): void {
    const { url, onState, onTime, onLive } = this.#options;
    const source = new EventSource(url);
    this.#source = source;
    source.addEventListener('state', ({ data }) => {
      onLive('live');
      onState(JSON.parse(data) as PageState);
    });
    source.addEventListener('same', ({ data }) => {
      onLive('live');
      onTime(Number(data));
    });
    source.addEventListener('trouble', () => onLive('away'));
    source.addEventListener('error', () => {
      if (!hasTurn()) return;
      onLive('away');
      // Otherwise the browser tries again by itself.
      if (source.readyState === EventSource.CLOSED) void this.#poll(hasTurn);
    });
  }

  async #poll(hasTurn: () => boolean): Promise<void> {
    const { server, onState, onLive } = this.#options;
    try {
      const state = await server.page();
      if (!hasTurn()) return;
      onLive('polling');
      onState(state);
    } catch {
      if (!hasTurn()) return;
      onLive('away');
    }
    this.#timer = setTimeout(() => void this.#poll(hasTurn), POLL_MS);
  }
}

/** Takes one of the streams this browser may keep; returns what gives it back, or nothing when all are taken. */
async function takeSlot(): Promise<(() => void) | undefined> {
  // Only there on pages that came over TLS or from this machine.
  if (!('locks' in navigator)) return () => undefined;
  for (let slot = 0; slot < STREAMS; slot += 1) {
    const release = await tryLock(`philjs-jobs-live-${slot}`);
    if (release !== undefined) return release;
  }
  return undefined;
}

function tryLock(name: string): Promise<(() => void) | undefined> {
  return new Promise((answer) => {
    void navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      if (lock === null) {
        answer(undefined);
        return undefined;
      }
      return new Promise<void>((release) => answer(release));
    });
  });
}
