import type { BackendEvent, EventSource } from '@philjs/jobs-core/backend';
import { tampered, type Variant } from '../variant.ts';

export const eventsOutOfOrder: Variant = {
  name: 'delivers the start of a job after its end',
  caughtBy: [
    'announces the life of a job in order, to every process',
    'announces each job of a batch',
  ],
  create: tampered((inner) => {
    const source = inner.events as EventSource;
    const events: EventSource = {
      subscribe: ({ onEvent, ...params }) => {
        const held = new Map<string, BackendEvent>();
        return source.subscribe({
          ...params,
          onEvent: (event) => {
            if (event.type === 'active') held.set(event.jobId, event);
            else onEvent(event);
            const late = event.type === 'completed' ? held.get(event.jobId) : undefined;
            if (late !== undefined) onEvent(late);
          },
        });
      },
    };
    return { events };
  }),
};
