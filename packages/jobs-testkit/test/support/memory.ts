/**
 * The memory backend, whose own tests depend on this package: by path, since packages must not
 * depend on each other in a circle.
 */
export * from '../../../jobs-memory/src/index.ts';
