import type { TinypoolChannel } from 'tinypool';
import type { HostMessage } from '../messages/host-message.ts';
import { type IsolateMessage, isIsolateMessage } from '../messages/isolate-message.ts';
import type { Line } from './line.ts';

/** Makes the line of one run to its process, and the channel by which the pool makes the connection. */
export function openProcessLine(
  deliver: (message: IsolateMessage, line: Line) => void,
): TinypoolChannel {
  let send: ((message: HostMessage) => void) | undefined;
  const line: Line = {
    post: (message) => send?.(message),
    // The outcome comes by the same pipe, behind all else.
    drain: () => undefined,
  };
  return {
    onMessage: (callback) => (send = callback),
    postMessage: (message: unknown) => {
      if (isIsolateMessage(message)) deliver(message, line);
    },
  };
}
