/**
 * How many answers of each holder a store keeps; see the first rule of `LeaseStore.exchange`. A worker sends exchange `n`
 * only once all up to `n - KEPT_ANSWERS` are answered: the answer of a call that has to be repeated is always kept.
 * Two are under way at most; with two numbers more, the others go on for a while beside one that is slow.
 */
export const KEPT_ANSWERS = 4;
