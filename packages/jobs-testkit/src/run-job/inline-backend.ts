import type { JobProgress, JsonValue, LogLine } from '@philjs/jobs-core';
import {
  type AddResult,
  type Backend,
  type Capabilities,
  type ConsumeParams,
  defineCapabilities,
  type NewJob,
  type OpenTransaction,
  type StepEntry,
  type StepStore,
} from '@philjs/jobs-core/backend';
import { toJobCounts } from '@philjs/jobs-core/internal';

/** Is a backend without a store: it records the calls it gets, and exposes core's function that runs a job. */
export interface InlineBackend extends Backend {
  /** The parameters of `consume`. */
  readonly params: ConsumeParams | undefined;
  /** The result that the handler stored in a transaction of its own. */
  readonly result: JsonValue | undefined;
  /** The enqueued jobs. */
  readonly added: readonly NewJob[];
  /** The progress the handler reported, in order. */
  readonly progress: readonly JobProgress[];
  /** The lines the handler logged, in order. */
  readonly lines: readonly LogLine[];
}

/** Allows every start. */
const UNLIMITED = {
  limiter: { take: async () => ({ waitMs: 0 }) },
  limits: {
    publish: async () => [],
    set: async () => undefined,
    read: async () => ({ limits: {}, revision: 0, paused: false }),
    setPaused: async () => undefined,
    holdBack: async () => true,
    barriers: async () => [],
  },
} satisfies Partial<Backend>;

/** Keeps no order. */
const NO_ORDER = {
  orders: {
    adopt: async ({ order }) => order,
    set: async () => undefined,
    read: async () => undefined,
    place: async () => undefined,
  },
} satisfies Partial<Backend>;

/** Finds no job. */
const NO_JOBS = {
  get: async () => undefined,
  list: async () => ({ jobs: [] }),
  counts: async () => toJobCounts([]),
  remove: async () => 0,
  retry: async () => 0,
  promote: async () => 0,
  cancel: async () => 'not-found',
  clear: async () => 0,
  setPaused: async () => undefined,
  isPaused: async () => false,
} satisfies Partial<Backend>;

/** Has what a handler may ask for. */
const CAPABILITIES: Capabilities = defineCapabilities({
  rateLimits: true,
  concurrencyLimits: true,
  limits: true,
  sharedLimits: true,
  strictOrder: true,
  orders: true,
  workflows: true,
  transactions: true,
  deduplication: true,
  logs: true,
  steps: true,
  deadLetters: true,
  virtualTime: true,
});

/**
 * Makes a backend for one run. Its rate limits allow every start, and the job waits for no other.
 *
 * @param transaction - what `queue.transaction` gives its function, which changes nothing else
 * @param earlier - what the steps of earlier runs left
 */
export function createInlineBackend(
  transaction?: () => unknown,
  earlier: readonly StepEntry[] = [],
): InlineBackend {
  const added: NewJob[] = [];
  const progress: JobProgress[] = [];
  const lines: LogLine[] = [];
  let params: ConsumeParams | undefined;
  let result: JsonValue | undefined;
  const add = async ({ jobs }: { readonly jobs: readonly NewJob[] }): Promise<AddResult[]> => {
    added.push(...jobs);
    return jobs.map(({ id }) => ({ id, outcome: 'added' }));
  };
  return {
    name: 'inline',
    capabilities: CAPABILITIES,
    added,
    progress,
    lines,
    get params() {
      return params;
    },
    get result() {
      return result;
    },
    ...UNLIMITED,
    ...NO_ORDER,
    ...NO_JOBS,
    workflows: { add, addChildren: add, dependencies: async () => ({ dependencies: [] }) },
    logs: {
      append: async (appended) => void lines.push(...appended.lines),
      read: async () => ({ lines, total: lines.length }),
    },
    steps: inlineSteps(earlier),
    open: async () => undefined,
    close: async () => undefined,
    add,
    ...beginning(transaction),
    completeIn: async (completed) => {
      result = completed.result;
      return true;
    },
    consume: async (given) => {
      params = given;
      return { resize: () => undefined, stop: async () => undefined };
    },
    setProgress: async (reported) => {
      progress.push(reported.progress);
      return true;
    },
  };
}

/** Keeps what steps leave, for the one job there is. */
function inlineSteps(earlier: readonly StepEntry[]): StepStore {
  const entries = new Map(earlier.map(({ key, text }) => [key, text]));
  const keep = (key: string, text: string): void => void entries.set(key, text);
  return {
    read: async () => [...entries].map(([key, text]) => ({ key, text })),
    write: async ({ key, text }) => {
      keep(key, text);
      return true;
    },
    signal: async ({ key, text }): Promise<'stored'> => {
      keep(key, text);
      return 'stored';
    },
    clear: async () => false,
  };
}

/** Begins transactions that change nothing, if their value is known. */
function beginning(transaction: (() => unknown) | undefined): Pick<Backend, 'begin'> {
  if (transaction === undefined) return {};
  const begin = async (): Promise<OpenTransaction> => ({
    transaction: await transaction(),
    commit: async () => ({ committed: true }),
    rollback: async () => undefined,
  });
  return { begin };
}
