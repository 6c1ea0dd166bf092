import type { EventSource } from '@philjs/jobs-core/backend';
import { tampered, type Variant } from '../variant.ts';

export const drainedTooEarly: Variant = {
  name: 'says that it is drained when the last job that waited has only started',
  caughtBy: ['announces that the last job which waited has ended, however it did'],
  create: tampered((inner) => {
    const source = inner.events as EventSource;
    const events: EventSource = {
      subscribe: ({ onEvent, ...params }) => {
        let waiting = 0;
        return source.subscribe({
          ...params,
          onEvent: (event) => {
            if (event.type === 'waiting') waiting += 1;
            if (event.type !== 'drained') onEvent(event);
            if (event.type !== 'active') return;
            waiting -= 1;
            if (waiting === 0) onEvent({ type: 'drained', at: event.at });
          },
        });
      },
    };
    return { events };
  }),
};
