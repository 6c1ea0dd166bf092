import type { BackendFactory } from '@philjs/jobs-core';

/** Makes backends that have no metrics part and are otherwise the same objects, so nothing else differs. */
export function withoutMetrics(factory: BackendFactory): BackendFactory {
  return (context) => {
    const backend = factory(context);
    return Object.assign(backend, {
      metrics: undefined,
      capabilities: { ...backend.capabilities, metrics: false },
    });
  };
}
