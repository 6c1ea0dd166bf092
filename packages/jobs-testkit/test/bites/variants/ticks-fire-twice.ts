import type { ScheduleStore } from '@philjs/jobs-core/backend';
import { tampered, type Variant } from '../variant.ts';

export const ticksFireTwice: Variant = {
  name: 'fires a tick for everybody who asks',
  caughtBy: [
    'fires nothing on another revision, or without a schedule',
    'lets one of many that fire a tick at once succeed',
  ],
  create: tampered((inner) => {
    const store = inner.schedules as ScheduleStore;
    const schedules: ScheduleStore = {
      put: (params) => store.put(params),
      putAll: (params) => store.putAll(params),
      get: (params) => store.get(params),
      list: (params) => store.list(params),
      remove: (params) => store.remove(params),
      due: (params) => store.due(params),
      liveRuns: (params) => store.liveRuns(params),
      record: (params) => store.record(params),
      history: (params) => store.history(params),
      watch: (params) => store.watch(params),
      fire: async (params) => {
        const answer = await store.fire(params);
        if (answer.fired) return answer;
        const current = await store.get({ id: params.id });
        return current ? schedules.fire({ ...params, expectedRevision: current.revision }) : answer;
      },
    };
    return { schedules };
  }),
};
