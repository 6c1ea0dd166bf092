import type { PageState } from '../src/view/page-state.ts';
import type { LiveState } from '../src/view/site-header.ts';
import type { Server, ServerError } from './server.ts';

const POLL_MS = 5000;
/** How long a stream may be late, in milliseconds. */
const LATE_MS = 30_000;
/** How many tabs may keep a stream: over HTTP/1.1 a browser allows six connections to a host in all. */
const STREAMS = 3;

interface LiveOptions {
  readonly server: Server;
  /** The address of this page's stream. */
  readonly url: string;
  /** The time between two events of the stream, in milliseconds. */
  readonly updateMs: number;
  readonly onState: (state: PageState) => void;
  /** Is called with the server's time when nothing has changed. */
  readonly onTime: (now: number) => void;
  readonly onLive: (live: LiveState, why?: string) => void;
}

/** Says why the server gives no data. */
type Trouble = Pick<ServerError, 'status' | 'message'>;

/**
 * Keeps a visible page up to date by a stream of events. Without a stream, or when other tabs hold all
 * the streams the browser allows, it polls.
 */
export class LiveUpdates {
  readonly #options: LiveOptions;
  #source: EventSource | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #release: (() => void) | undefined;
  /** Counts starts, so that an answer that arrives after a stop is ignored. */
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
    this.#listen(hasTurn);
    for (const event of ['state', 'same', 'trouble']) {
      source.addEventListener(event, () => this.#listen(hasTurn));
    }
    source.addEventListener('state', ({ data }) => {
      onLive('live');
      onState(JSON.parse(data) as PageState);
    });
    source.addEventListener('same', ({ data }) => {
      onLive('live');
      onTime(Number(data));
    });
    source.addEventListener('trouble', ({ data }) => this.#say(JSON.parse(data) as Trouble));
    source.addEventListener('error', () => {
      if (!hasTurn()) return;
      // Otherwise the browser tries again by itself.
      if (source.readyState === EventSource.CLOSED) {
        clearTimeout(this.#timer);
        void this.#poll(hasTurn);
      } else onLive('away');
    });
  }

  /**
   * Opens another stream when nothing comes for long: a connection that was lost without notice, as after a network
   * that changed, would look like a page that is up to date.
   */
  #listen(hasTurn: () => boolean): void {
    const { updateMs, onLive } = this.#options;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        if (!hasTurn()) return;
        this.#source?.close();
        onLive('away');
        this.#stream(hasTurn);
      },
      LATE_MS + 2 * updateMs,
    );
  }

  async #poll(hasTurn: () => boolean): Promise<void> {
    const { server, onState, onLive } = this.#options;
    try {
      const state = await server.page();
      if (!hasTurn()) return;
      onLive('polling');
      onState(state);
    } catch (error) {
      if (!hasTurn()) return;
      this.#say(error as ServerError);
    }
    this.#timer = setTimeout(() => void this.#poll(hasTurn), POLL_MS);
  }

  /** Says why the page is not up to date: what was removed, or may not be read any more, is no server that is away. */
  #say({ status, message }: Trouble): void {
    const { onLive } = this.#options;
    if (status === 401) onLive('out');
    else if ([400, 403, 404].includes(status)) onLive('refused', message);
    else onLive('away');
  }
}

/** Takes one of the browser's streams; returns a function that gives it back, or `undefined` if all are taken. */
async function takeSlot(): Promise<(() => void) | undefined> {
  // Browsers offer locks only to pages that came over TLS or from this machine.
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
