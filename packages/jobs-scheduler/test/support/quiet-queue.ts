import type { IQueue } from '@philjs/jobs-core';
import type { Backend } from '@philjs/jobs-core/backend';

/** Counts the calls of a backend that are under way, so that a test can wait until there are none. */
export class CallCounter {
  /** How many calls have begun. */
  begun = 0;
  #pending = 0;

  /** Whether no call is under way. */
  get isQuiet(): boolean {
    return this.#pending === 0;
  }

  /** Makes a queue whose backend is counted; it does everything else as the one given. */
  wrap(queue: IQueue): IQueue {
    const backend = this.#counted(queue.backend) as Backend;
    return new Proxy(queue, {
      get: (target, name) => {
        if (name === 'backend') return backend;
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return name === 'cancelJob' || name === 'isPaused'
          ? this.#counting(value.bind(target))
          : value.bind(target);
      },
    });
  }

  #counted(target: object): object {
    return Object.fromEntries(
      Object.entries(target).map(([name, value]: [string, unknown]) => {
        if (typeof value === 'function') return [name, this.#counting(value.bind(target))];
        const isPart = typeof value === 'object' && value !== null && name !== 'capabilities';
        return [name, isPart ? this.#counted(value) : value];
      }),
    );
  }

  #counting(
    call: (...args: readonly unknown[]) => unknown,
  ): (...args: readonly unknown[]) => unknown {
    return (...args) => {
      this.begun += 1;
      this.#pending += 1;
      const answer = Promise.resolve(call(...args));
      const end = (): void => {
        this.#pending -= 1;
      };
      answer.then(end, end);
      return answer;
    };
  }
}
