import type { Histogram } from '@philjs/jobs-core';
import * as prometheus from 'prom-client';

type Labels = { readonly [label: string]: string };

/** Where the buckets end, in seconds: from what a cache answers to what runs for an hour. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600];

/** A Prometheus histogram whose counts were collected elsewhere, where prom-client's own observes. */
export class MergedHistogram extends prometheus.Histogram {
  readonly #name: string;
  readonly #help: string;
  readonly #series: { readonly labels: Labels; readonly data: Histogram }[] = [];

  constructor(name: string, help: string, registers: prometheus.Registry[]) {
    super({ name, help, buckets: BOUNDS, registers });
    this.#name = name;
    this.#help = help;
  }

  /** Sets what one set of labels has counted, in milliseconds. */
  set(labels: Labels, data: Histogram): void {
    this.#series.push({ labels, data });
  }

  /** Answers prom-client, as text and as JSON. */
  override async get(): Promise<
    prometheus.MetricObjectWithValues<prometheus.MetricValueWithName<string>>
  > {
    return {
      name: this.#name,
      help: this.#help,
      // The enum is declared, but not there when it runs; its values are these strings.
      type: 'histogram' as unknown as prometheus.MetricType,
      aggregator: 'sum',
      collect: () => undefined,
      values: this.#series.flatMap(({ labels, data }) => this.#valuesOf(labels, data)),
    };
  }

  /** Answers prom-client where it writes text, which it otherwise does from what it observed. */
  getForPromString(): ReturnType<MergedHistogram['get']> {
    return this.get();
  }

  #valuesOf(labels: Labels, data: Histogram): prometheus.MetricValueWithName<string>[] {
    const counts = data.cumulative(BOUNDS.map((seconds) => seconds * 1000));
    const buckets = BOUNDS.map((bound, index) =>
      this.#value('bucket', counts[index] ?? 0, { le: bound, ...labels }),
    );
    return [
      ...buckets,
      this.#value('bucket', data.count, { le: '+Inf', ...labels }),
      this.#value('sum', data.sum / 1000, labels),
      this.#value('count', data.count, labels),
    ];
  }

  #value(
    suffix: string,
    value: number,
    labels: prometheus.MetricValueWithName<string>['labels'],
  ): prometheus.MetricValueWithName<string> {
    return { value, labels, metricName: `${this.#name}_${suffix}` };
  }
}
