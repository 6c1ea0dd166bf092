import type { MessagePort } from 'node:worker_threads';
import type { HostMessage } from '../messages/host-message.ts';
import type { IsolateMessage } from '../messages/isolate-message.ts';

/** Carries messages between the handlers of this isolate and their host. */
export interface HostLine {
  post(message: IsolateMessage): void;
}

let line: HostLine | undefined;

/** Returns the line of a process to its host. It listens from the first call on. */
export function lineOfProcess(deliver: (message: HostMessage) => void): HostLine {
  if (line === undefined) {
    const send = process.send?.bind(process);
    process.on('message', deliver);
    // A host that is gone hears nothing; `disconnect` ends this process.
    line = { post: (message) => void send?.(message, undefined, {}, () => undefined) };
  }
  return line;
}

/**
 * Returns the line of a thread to its host: the first port that it was given. It listens from then on; other ports are
 * closed.
 */
export function lineOfThread(
  port: MessagePort | undefined,
  deliver: (message: HostMessage) => void,
): HostLine {
  if (line !== undefined) {
    port?.close();
    return line;
  }
  if (port === undefined) throw new TypeError('The host gave this thread no port');
  port.on('message', deliver);
  line = { post: (message) => port.postMessage(message) };
  return line;
}
