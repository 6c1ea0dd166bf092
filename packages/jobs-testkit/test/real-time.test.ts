import type { BackendFactory } from '@philjs/jobs-core';
import { defineCapabilities } from '@philjs/jobs-core/backend';
import { describeBackend } from '../src/conformance.ts';
import { memoryBackend } from './support/memory.ts';

/** The memory backend as if it could not be driven by a clock. */
const onRealTime: BackendFactory = (context) => {
  const inner = memoryBackend()(context);
  const capabilities = defineCapabilities({
    ...inner.capabilities,
    virtualTime: false,
    timeResolutionMs: 50,
  });
  return new Proxy(inner, {
    get(target, key: keyof typeof inner) {
      if (key === 'capabilities') return capabilities;
      const value = target[key];
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
};

// What real time costs is paid once, for the groups that are about time.
describeBackend('memory on real time', {
  create: onRealTime,
  groups: ['delaying', 'leasing', 'pausing'],
});
