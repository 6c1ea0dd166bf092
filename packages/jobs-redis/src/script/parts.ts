import { luaSource } from './lua-source.ts';
import type { LuaPart } from './script.ts';

// The parts that scripts share, each as its file says it. A part stands behind those that it needs.

const DELAYS = luaSource(new URL('./delay.lua', import.meta.url));
const READY_BEGIN = luaSource(new URL('./ready.lua', import.meta.url));
const FIFO = luaSource(new URL('../limits/fifo.lua', import.meta.url));
const SIZED = luaSource(new URL('../limits/sized.lua', import.meta.url));
const LIMITS = luaSource(new URL('../limits/limits.lua', import.meta.url));
const GIVING_WAY = luaSource(new URL('../limits/giving-way.lua', import.meta.url));
const STRICT_KEYS = luaSource(new URL('../limits/strict-keys.lua', import.meta.url));
const LINES = luaSource(new URL('../limits/lines.lua', import.meta.url));
const FIFO_READY = luaSource(new URL('../limits/ready.lua', import.meta.url));
const BARRIERS = luaSource(new URL('../limits/barriers.lua', import.meta.url));
const NEXT = luaSource(new URL('../limits/next.lua', import.meta.url));
const NEXT_LINE = luaSource(new URL('../limits/next-line.lua', import.meta.url));
const TAKE_FROM = luaSource(new URL('../limits/take-from.lua', import.meta.url));
const SLOTS = luaSource(new URL('../limits/slots.lua', import.meta.url));
const ORDER = luaSource(new URL('../order/order.lua', import.meta.url));
const ORDERED_LINES = luaSource(new URL('../order/ordered-lines.lua', import.meta.url));
const ORDERED_FILING = luaSource(new URL('../order/ordered-filing.lua', import.meta.url));
const FAIR_SHARES = luaSource(new URL('../order/fair-shares.lua', import.meta.url));
const ORDERED_READY = luaSource(new URL('../order/ordered-ready.lua', import.meta.url));
const ORDERED_NEXT = luaSource(new URL('../order/next.lua', import.meta.url));
const BRING_STEPS = luaSource(new URL('./bring-steps.lua', import.meta.url));
const DEDUPLICATE = luaSource(new URL('./deduplicate.lua', import.meta.url));
const ADD_JOB = luaSource(new URL('./add-job.lua', import.meta.url));
const HOLDING = luaSource(new URL('../workflow/holding.lua', import.meta.url));
const EDGES = luaSource(new URL('../workflow/edges.lua', import.meta.url));
const WALKING = luaSource(new URL('../workflow/walking.lua', import.meta.url));
const FLOWS_END = luaSource(new URL('../workflow/flows.lua', import.meta.url));
const MOVING_IN = luaSource(new URL('../order/moving-in.lua', import.meta.url));
const MOVING_OUT = luaSource(new URL('../order/moving-out.lua', import.meta.url));

/** Reads the server's clock: `now`, in milliseconds, and `time`, as the server returns it. */
export const CLOCK: string = luaSource(new URL('./clock.lua', import.meta.url));
/** Writes to the queue's event stream. */
export const EMIT: string = luaSource(new URL('./emit.lua', import.meta.url));
/** Sets the marker for the next delayed job. */
export const ANNOUNCE: string = luaSource(new URL('./announce.lua', import.meta.url));
/** Delays a job until its time. */
export const DELAY: LuaPart = [ANNOUNCE, DELAYS];
/** Makes jobs ready, in the order of the queue; in lines of our own where their names are limited. */
export const READY: LuaPart = {
  fifo: [FIFO, READY_BEGIN, SIZED, LIMITS, GIVING_WAY, STRICT_KEYS, LINES, FIFO_READY],
  ordered: [
    ...[ORDER, READY_BEGIN, SIZED, LIMITS, ORDERED_LINES, ORDERED_FILING, GIVING_WAY],
    ...[STRICT_KEYS, FAIR_SHARES, ORDERED_READY],
  ],
};
/** Notes which names are limited. */
export const NOTE_LIMITED: string = luaSource(
  new URL('../limits/note-limited.lua', import.meta.url),
);
/** Decides which lines may start a job now, and counts the jobs that start and end. */
export const GATES: LuaPart = {
  fifo: [BARRIERS, NEXT, NEXT_LINE, TAKE_FROM, SLOTS],
  ordered: [BARRIERS, ORDERED_NEXT, NEXT_LINE, SLOTS],
};
/** Reads the hash of a job that was taken out of its place. */
export const READ_TAKEN: string = luaSource(new URL('./read-taken.lua', import.meta.url));
/** Moves jobs into an order, and out of one. */
export const MOVING: LuaPart = { fifo: [], ordered: [MOVING_IN, MOVING_OUT] };
/** Drops ids of jobs that BullMQ removed from our sets. */
export const DROP_GONE: string = luaSource(new URL('./drop-gone.lua', import.meta.url));
/** Finds the state a job is in. */
export const STATE_OF: string = luaSource(new URL('./state-of.lua', import.meta.url));
/** Says when the lock of an active job ends. */
export const LOCK_END: string = luaSource(new URL('../lease/lock-end.lua', import.meta.url));
/** Finds the state a job is in, and takes it out of what holds it there. */
export const STATE: LuaPart = [STATE_OF, luaSource(new URL('./state.lua', import.meta.url))];
/** Ties jobs to deduplication keys. */
export const KEYS: string = luaSource(new URL('./keys.lua', import.meta.url));
/** Finds the job that holds a deduplication key. */
export const HOLDER: string = luaSource(new URL('./holder.lua', import.meta.url));
/** Refuses to go on where the server cannot say whether names are limited and jobs ordered. */
export const KNOW_META: string = luaSource(new URL('./know-meta.lua', import.meta.url));
/** Stores a job as BullMQ's own scripts do. */
export const ADD: LuaPart = [EMIT, READY, DELAY, HOLDER, BRING_STEPS, DEDUPLICATE, ADD_JOB];
/** Keeps finished jobs within limits. */
export const RETAIN: string = luaSource(new URL('./retain.lua', import.meta.url));
/** Names what a workflow consists of. */
export const FLOW: string = luaSource(new URL('../workflow/flow.lua', import.meta.url));
/** Defines how jobs of workflows end and are put back. */
export const FLOWS: LuaPart = [KEYS, RETAIN, FLOW, HOLDING, EDGES, WALKING, FLOWS_END];
/** Says whether the next exchange readies a job that the script listed. */
export const RELEASES: string = luaSource(new URL('../workflow/releases.lua', import.meta.url));
/** Removes jobs, also those of workflows. */
export const REMOVING: string = luaSource(new URL('../workflow/removing.lua', import.meta.url));
/** Finds jobs in no state, and workflows that other calls have not stored to the end. */
export const STAGED: LuaPart = [
  STATE_OF,
  luaSource(new URL('../workflow/staged.lua', import.meta.url)),
];
/** Notes until when a workflow may be sealed. */
export const NOTE_STAGE: string = luaSource(new URL('../workflow/note-stage.lua', import.meta.url));
