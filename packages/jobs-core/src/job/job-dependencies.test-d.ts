import { expectTypeOf } from 'vitest';
import { defineJob } from './define-job.ts';
import type { JobDependencies } from './job-dependencies.ts';

const charge = defineJob({ name: 'charge', handler: async () => ({ receipt: 'r' }) });

declare const dependencies: JobDependencies;

expectTypeOf(dependencies.resultOf(charge)).toEqualTypeOf<{ receipt: string }>();
expectTypeOf(dependencies.resultsOf(charge)).toEqualTypeOf<{ receipt: string }[]>();
// @ts-expect-error a result has no other fields than the handler's
dependencies.resultOf(charge).total;
