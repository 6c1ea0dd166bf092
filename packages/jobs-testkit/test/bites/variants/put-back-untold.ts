import type { EventSource } from '@philjs/jobs-core/backend';
import { tampered, type Variant } from '../variant.ts';

export const putBackUntold: Variant = {
  name: 'tells nothing of a job that is put back by hand',
  caughtBy: ['announces what calls do: removed, waiting again, paused, resumed'],
  create: tampered((inner) => {
    const source = inner.events as EventSource;
    const events: EventSource = {
      subscribe: ({ onEvent, ...params }) => {
        const ended = new Set<string>();
        return source.subscribe({
          ...params,
          onEvent: (event) => {
            if (event.type === 'cancelled') ended.add(event.jobId);
            if (event.type !== 'waiting' || !ended.has(event.jobId)) onEvent(event);
          },
        });
      },
    };
    return { events };
  }),
};
