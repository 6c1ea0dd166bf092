import type { SkippedTest } from '@philjs/jobs-testkit';

const SURROGATES = [
  'half a surrogate pair at the end',
  'half a surrogate pair at the start',
  '256 characters of any kind',
];
const titles = SURROGATES.flatMap((kind) => [
  `carries ${kind} in every field a user fills`,
  `cancels, fails and retries by hand with ${kind}`,
  `logs ${kind}`,
  `ties a job to a key of ${kind}`,
]);

/** What the suite asks for and this engine does not do yet. The suite fails as soon as one of them passes. */
export const knownGaps: readonly SkippedTest[] = titles.map((test) => ({
  test,
  reason: 'text is stored as UTF-8, which has no half pairs',
}));
