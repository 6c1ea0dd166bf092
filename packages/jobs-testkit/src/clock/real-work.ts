/** Saved before any test replaces it. */
const realTimeout: (callback: () => void, ms: number) => unknown = globalThis.setTimeout;

/** Matches the types of resources that exist only while an operation is under way. */
const OPERATION = /Req|ConnectWrap|WriteWrap|ShutdownWrap/;

/** The part of `process` that names what keeps it alive one by one; its documented successor only counts. */
interface ActiveHandles {
  readonly _getActiveHandles?: () => readonly object[];
}

/**
 * Tells real I/O under way (files, sockets, DNS, processes) from what a process keeps open while it is idle, such as
 * a server or the connections of a client.
 */
export class RealWork {
  #idle: WeakSet<object> = new WeakSet();

  /** Takes what is open now for idle. */
  begin(): void {
    this.#idle = new WeakSet(openHandles());
  }

  /** Returns whether an operation is under way, or a socket or process is open that was not at the beginning. */
  get isUnderWay(): boolean {
    if (process.getActiveResourcesInfo().some((type) => OPERATION.test(type))) return true;
    return openHandles().some((handle) => !this.#idle.has(handle));
  }
}

/** Waits for a moment in which real work goes on. */
export function realMoment(): Promise<void> {
  return new Promise((resolve) => void realTimeout(resolve, 1));
}

function openHandles(): readonly object[] {
  return (process as ActiveHandles)._getActiveHandles?.() ?? [];
}
