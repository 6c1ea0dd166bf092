/** Describes a script or a style sheet; its name changes with its content. */
export interface Asset {
  /** The name in its address. */
  readonly name: string;
  /** The content. */
  readonly body: string;
}
