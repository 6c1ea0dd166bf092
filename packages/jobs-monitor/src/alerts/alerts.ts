import type { Clock, Logger } from '@philjs/jobs-core';
import type { HealthChange } from '../monitor/problem-watch.ts';
import type { HealthProblem } from '../monitor/system-health.ts';
import type { Alert, CheckedRule } from './alert-rule.ts';
import { Webhook } from './webhook.ts';

/** Sends the problems that came and went to the webhooks whose rules select them, once each. */
export class Alerts {
  readonly #webhooks: readonly (readonly [CheckedRule, Webhook])[];
  readonly #clock: Clock;

  constructor(rules: readonly CheckedRule[], clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#webhooks = rules.map((rule) => [rule, new Webhook(rule, clock, logger)] as const);
  }

  /** Sends a change. Never waits and never throws: deliveries go on in the background. */
  report({ came, went }: HealthChange): void {
    const alerts = [
      ...came.map((problem) => this.#alert('came', problem)),
      ...went.map((problem) => this.#alert('went', problem)),
    ];
    for (const [rule, webhook] of this.#webhooks) {
      for (const alert of alerts) if (isMeant(rule, alert)) webhook.send(alert);
    }
  }

  /** Gives up the alerts that are not delivered yet. */
  stop(): void {
    for (const [, webhook] of this.#webhooks) webhook.stop();
  }

  #alert(event: Alert['event'], { since, ...problem }: HealthProblem): Alert {
    return {
      event,
      text: event === 'came' ? problem.message : `Over: ${problem.message}`,
      at: new Date(this.#clock.now()).toISOString(),
      problem: { ...problem, ...(since !== undefined && { since: since.toISOString() }) },
    };
  }
}

function isMeant({ when }: CheckedRule, { problem }: Alert): boolean {
  const { severity, kinds, queues } = when;
  return (
    (severity !== 'critical' || problem.severity === 'critical') &&
    (kinds?.includes(problem.kind) ?? true) &&
    (queues === undefined || (problem.queue !== undefined && queues.includes(problem.queue)))
  );
}
