import type { Histogram } from '@philjs/jobs-core/backend';
import * as prometheus from 'prom-client';

type Labels = { readonly [label: string]: string };

/** The upper bounds of the buckets, in seconds: from fast cache reads to jobs of an hour. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600];

/** Exports counts collected elsewhere as a Prometheus histogram; prom-client's own counts observations. */
export class MergedHistogram extends prometheus.Histogram {
  readonly #name: string;
  readonly #help: string;
  readonly #series: { readonly labels: Labels; readonly data: Histogram }[] = [];

  constructor(name: string, help: string, registers: prometheus.Registry[]) {
    super({ name, help, buckets: BOUNDS, registers });
    this.#name = name;
    this.#help = help;
  }

  /** Sets the counts of one set of labels, from a histogram in milliseconds. */
  set(labels: Labels, data: Histogram): void {
    this.#series.push({ labels, data });
  }

  /** Returns the metric to prom-client, for text and JSON. */
  override async get(): Promise<
    prometheus.MetricObjectWithValues<prometheus.MetricValueWithName<string>>
  > {
    return {
      name: this.#name,
      help: this.#help,
      // The enum is declared but does not exist at run time; its values are these strings.
      type: 'histogram' as unknown as prometheus.MetricType,
      aggregator: 'sum',
      collect: () => undefined,
      values: this.#series.flatMap(({ labels, data }) => this.#valuesOf(labels, data)),
    };
  }

  /** Returns the metric for prom-client's text output, which otherwise comes from observations. */
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
