/** Tells the host that an isolate has begun a run, and listens. */
export interface Begun {
  readonly kind: 'begun';
  readonly run: number;
  /** The id of the thread, or of the process. */
  readonly isolate: number;
}
