/**
 * Everything of `@philjs/jobs-redis`, which has to be installed beside this package.
 *
 * @packageDocumentation
 */
export * from '@philjs/jobs-redis';
