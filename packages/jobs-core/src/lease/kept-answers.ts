/**
 * How many answers of each holder a store keeps; see the first rule of `LeaseStore.exchange`. A worker makes an exchange
 * only when that many before it are answered, so a call that has to be repeated is always among them.
 */
export const KEPT_ANSWERS = 4;
