import type { Backend, BackendEvent, Subscription } from '@philjs/jobs-core/backend';
import type { TrialTime } from '../suite/trial-time.ts';

/** The events of a job's end, and the event of an empty queue. */
const ENDS: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled', 'drained']);

/** Records the events of a backend. */
export class EventLog {
  readonly events: BackendEvent[] = [];
  #subscription: Subscription | undefined;
  readonly #time: TrialTime;

  constructor(time: TrialTime) {
    this.#time = time;
  }

  async start(backend: Backend): Promise<void> {
    this.#subscription = await backend.events?.subscribe({
      onEvent: (event) => this.events.push(event),
    });
  }

  async stop(): Promise<void> {
    await this.#subscription?.unsubscribe();
  }

  /** Returns the kinds of events of one job, in order. */
  of(jobId: string): string[] {
    return this.events.flatMap((event) =>
      'jobId' in event && event.jobId === jobId ? [event.type] : [],
    );
  }

  /** Returns the events of a kind. */
  all<TType extends BackendEvent['type']>(type: TType): Extract<BackendEvent, { type: TType }>[] {
    return this.events.filter(
      (event): event is Extract<BackendEvent, { type: TType }> => event.type === type,
    );
  }

  /** Waits until a job had an event of a kind the given number of times. */
  async saw(jobId: string, type: BackendEvent['type'], times = 1): Promise<void> {
    await this.#time.until(`job \`${jobId}\` has \`${type}\` ${times}×`, () => {
      return this.of(jobId).filter((seen) => seen === type).length >= times;
    });
  }

  /** Waits until the queue has drained. */
  async drained(withinMs?: number): Promise<void> {
    await this.#time.until('it drains', () => this.all('drained').length > 0, withinMs);
  }

  /** Returns the kinds of events of jobs that ended, and of the queue that drained, in order. */
  ends(): string[] {
    return this.events.map(({ type }) => type).filter((type) => ENDS.has(type));
  }
}
