import type { BackendEvent } from '@philjs/jobs-core/backend';
import { expect, it } from 'vitest';
import { MemoryEventHub } from './event-hub.ts';

const event = (jobId: string): BackendEvent => ({ type: 'waiting', jobId, at: 0 });
const note = (seen: string[], who: string) => (happened: BackendEvent) => {
  seen.push(`${who} ${'jobId' in happened ? happened.jobId : ''}`);
};

it('says whether anybody listens', () => {
  const hub = new MemoryEventHub();
  expect(hub.wants('waiting')).toBe(false);
  const [first, second] = [1, 2].map(() => hub.add({ onEvent: () => undefined }));
  first?.();
  expect(hub.wants('waiting')).toBe(true);
  second?.();
  second?.();
  expect(hub.wants('waiting')).toBe(false);
});

it('delivers to all listeners in one order, also what a listener causes', () => {
  const hub = new MemoryEventHub();
  const seen: string[] = [];
  hub.add({
    onEvent: (happened) => {
      note(seen, 'first')(happened);
      if ('jobId' in happened && happened.jobId === 'a') hub.emit(event('b'));
    },
  });
  hub.add({ onEvent: note(seen, 'second') });
  hub.emit(event('a'));
  expect(seen).toEqual(['first a', 'second a', 'first b', 'second b']);
});

it('goes on when a listener throws, and tells it', () => {
  const hub = new MemoryEventHub();
  const seen: string[] = [];
  const errors: unknown[] = [];
  const onEvent = (): never => {
    throw new Error('listener');
  };
  hub.add({ onEvent, onError: (error) => errors.push(error) });
  hub.add({ onEvent });
  hub.add({ onEvent: note(seen, 'last') });
  hub.emit(event('a'));
  hub.emit(event('b'));
  expect(seen).toEqual(['last a', 'last b']);
  expect(errors).toHaveLength(2);
});

it('goes on when telling a listener of its failure throws as well', () => {
  const hub = new MemoryEventHub();
  const seen: string[] = [];
  const fail = (): never => {
    throw new Error('listener');
  };
  hub.add({ onEvent: fail, onError: fail });
  hub.add({ onEvent: note(seen, 'last') });
  hub.emit(event('a'));
  hub.emit(event('b'));
  expect(seen).toEqual(['last a', 'last b']);
});
