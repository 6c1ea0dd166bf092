import type { Variant } from './variant.ts';
import { limitVariants } from './variants/limits.ts';
import { orderVariants } from './variants/orders.ts';
import { partVariants } from './variants/parts.ts';
import { runVariants } from './variants/runs.ts';
import { stepVariants } from './variants/steps.ts';
import { storeVariants } from './variants/store.ts';

/** All backends that are broken on purpose, by the defect they have. */
export const variants: Readonly<Record<string, Variant>> = {
  ...storeVariants,
  ...runVariants,
  ...limitVariants,
  ...orderVariants,
  ...partVariants,
  ...stepVariants,
};
