import type { Clock } from '@philjs/jobs-core';
import { QueueState } from '../state/queue-state.ts';
import type { MemoryStore } from './memory-store.ts';

/** Holds the queues of a process, or of a store that a user made, by name. */
export class QueueRegistry implements MemoryStore {
  readonly #queues = new Map<string, { readonly state: QueueState; users: number }>();
  readonly #keepsUnused: boolean;

  constructor(options: { readonly keepsUnused: boolean }) {
    this.#keepsUnused = options.keepsUnused;
  }

  /** Lists the names of the queues it holds. */
  queueNames(): string[] {
    return [...this.#queues.keys()];
  }

  /** Gives a backend the queue of this name, until it calls {@link release}. */
  acquire(name: string): QueueState {
    const known = this.#queues.get(name);
    if (known !== undefined) {
      known.users += 1;
      return known.state;
    }
    const state = new QueueState();
    this.#queues.set(name, { state, users: 1 });
    return state;
  }

  /** Finds the queue of a name, if it holds one. */
  find(name: string): QueueState | undefined {
    return this.#queues.get(name)?.state;
  }

  /** Records that a backend no longer uses the queue of this name; returns the queue if that was its last user. */
  release(name: string): QueueState | undefined {
    const queue = this.#queues.get(name);
    if (queue === undefined) return undefined;
    queue.users -= 1;
    if (queue.users > 0 || this.#keepsUnused) return undefined;
    this.#queues.delete(name);
    queue.state.table.abandonWorkflows();
    return queue.state;
  }
}

const registries = new WeakMap<Clock, QueueRegistry>();

/** Finds the queues of this process that live by the given clock. */
export function processRegistry(clock: Clock): QueueRegistry {
  let registry = registries.get(clock);
  if (registry === undefined) {
    registry = new QueueRegistry({ keepsUnused: false });
    registries.set(clock, registry);
  }
  return registry;
}
