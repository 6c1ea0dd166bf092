import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { IsolateMessage } from '../messages/isolate-message.ts';
import type { Line } from './line.ts';

/** Is a line to a thread. One that has a line already closes another, as a thread that ends does. */
export interface ThreadLine extends Line {
  /** Calls back once it is closed. */
  closed(callback: () => void): void;
}

/** Makes a line to a thread, and the port to send there. */
export function openThreadLine(deliver: (message: IsolateMessage, line: Line) => void): {
  readonly line: ThreadLine;
  readonly port: MessagePort;
} {
  const { port1, port2 } = new MessageChannel();
  const line: ThreadLine = {
    post: (message) => port1.postMessage(message),
    drain: () => {
      for (let got = receiveMessageOnPort(port1); got; got = receiveMessageOnPort(port1)) {
        deliver(got.message, line);
      }
    },
    closed: (callback) => void port1.once('close', callback),
  };
  port1.on('message', (message: IsolateMessage) => deliver(message, line));
  port1.unref();
  return { line, port: port2 };
}
