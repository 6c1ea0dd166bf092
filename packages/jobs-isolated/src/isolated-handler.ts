import type { IsolatedContext } from './isolated-context.ts';

/** Is the default export of the module of an isolated handler. Payload and result are copied, as `structuredClone` does. */
export type IsolatedHandler<TPayload, TResult> = (
  payload: TPayload,
  ctx: IsolatedContext<TPayload>,
) => TResult | Promise<TResult>;
