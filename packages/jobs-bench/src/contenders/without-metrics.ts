import type { BackendFactory } from '@philjs/jobs-core';

/** Makes the same backends without their metrics part, so that nothing else differs. */
export function withoutMetrics(factory: BackendFactory): BackendFactory {
  return (context) => {
    const backend = factory(context);
    return Object.assign(backend, {
      metrics: undefined,
      capabilities: { ...backend.capabilities, metrics: false },
    });
  };
}
