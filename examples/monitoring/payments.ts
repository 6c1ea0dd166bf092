import type { JobContext } from '@philjs/jobs-core';

/** Describes the answer of the provider. */
export interface PaymentAnswer {
  readonly status: 200 | 402 | 503;
  readonly charge?: string;
  readonly error?: string;
}

/** Simulates a realistic payment provider: mostly quick, sometimes slow, sometimes away. */
export class PaymentProvider {
  #calls = 0;

  /** Charges a card. Every 37th is declined, and every 23rd call cannot reach the provider. */
  async charge(order: number, ctx: JobContext): Promise<PaymentAnswer> {
    this.#calls += 1;
    const call = this.#calls;
    await ctx.sleep(20 + ((call * 7919) % 180));
    if (call % 23 === 0) return { status: 503, error: `no upstream for request ${call}` };
    if (order % 37 === 0) return { status: 402, error: 'card declined: insufficient funds' };
    return { status: 200, charge: `ch_${call}` };
  }
}
