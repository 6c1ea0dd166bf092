import type { Clock } from '@philjs/jobs-core';
import { abortableDelay } from '@philjs/jobs-core/backend';

/** Describes the answer of the provider. */
export interface PaymentAnswer {
  readonly status: 200 | 402 | 503;
  readonly charge?: string;
  readonly error?: string;
}

/** Simulates a realistic payment provider: mostly quick, sometimes slow, sometimes away. */
export class PaymentProvider {
  readonly #clock: Clock;
  #calls = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Charges a card. Every 37th is declined, and every 23rd call cannot reach the provider. */
  async charge(order: number, signal: AbortSignal): Promise<PaymentAnswer> {
    this.#calls += 1;
    const call = this.#calls;
    await abortableDelay(this.#clock, 20 + ((call * 7919) % 180), signal);
    if (call % 23 === 0) return { status: 503, error: `no upstream for request ${call}` };
    if (order % 37 === 0) return { status: 402, error: 'card declined: insufficient funds' };
    return { status: 200, charge: `ch_${call}` };
  }
}
