/** A script or a style sheet; its name changes with what is in it. */
export interface Asset {
  /** What it is called in the address. */
  readonly name: string;
  /** What it holds. */
  readonly body: string;
}
