import type { HostMessage } from '../messages/host-message.ts';

/** Is the host's end of what connects it with an isolate. */
export interface Line {
  /** Sends a message. One to an isolate that has ended is lost. */
  post(message: HostMessage): void;
  /** Takes what has arrived and was not yet delivered, since the pool may be faster with the outcome. */
  drain(): void;
}
