/** Calls a method of the host's `ctx`. */
export interface Call {
  readonly kind: 'call';
  readonly run: number;
  /** The number of the call, for its {@link Answer}. Without one, none is awaited. */
  readonly call?: number;
  readonly method: string;
  readonly args: readonly unknown[];
}
