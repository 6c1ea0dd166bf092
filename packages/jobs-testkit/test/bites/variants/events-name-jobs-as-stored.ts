import type { EventSource } from '@philjs/jobs-core/backend';
import { tampered, type Variant } from '../variant.ts';

export const eventsNameJobsAsStored: Variant = {
  name: 'names a job in the events of its progress as it stores the name',
  caughtBy: ['names a job of NUL in its events'],
  create: tampered((inner) => {
    const source = inner.events as EventSource;
    const events: EventSource = {
      subscribe: ({ onEvent, ...params }) =>
        source.subscribe({
          ...params,
          onEvent: (event) => {
            if (event.type !== 'progress' || event.name === undefined) onEvent(event);
            else onEvent({ ...event, name: JSON.stringify(event.name) });
          },
        }),
    };
    return { events };
  }),
};
