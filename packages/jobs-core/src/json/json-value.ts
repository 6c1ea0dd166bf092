/** Is any value JSON carries unchanged. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** Is an object JSON carries unchanged. */
export type JsonObject = { readonly [key: string]: JsonValue };
