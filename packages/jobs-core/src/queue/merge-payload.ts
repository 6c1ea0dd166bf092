import { isPlainObject } from '../json/is-plain-object.ts';

/** Completes the payload given to a step of a chain, which wins, with the result of the step before. */
export function mergePayload(result: unknown, given: unknown): unknown {
  if (given === undefined) return result;
  return isObject(result) && isObject(given) ? { ...result, ...given } : given;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && isPlainObject(value);
}
