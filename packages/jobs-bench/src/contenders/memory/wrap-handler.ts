import type { MailPayload } from './memory-contender.ts';

type Handler = (payload: MailPayload) => Promise<void>;

/**
 * Makes the handler of a peer without middleware: composes the same functions as ours beforehand, each
 * calling the next.
 */
export function wrapHandler(middleware: number, onStart: (() => void) | undefined): Handler {
  let handler: Handler = async () => {
    onStart?.();
  };
  for (let count = 0; count < middleware; count++) {
    const next = handler;
    handler = (payload) => next(payload);
  }
  return handler;
}
