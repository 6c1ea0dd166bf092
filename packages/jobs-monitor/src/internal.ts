/**
 * Shares with the command line what its screens have in common with the dashboard. Promises nothing: it may change in any
 * version.
 *
 * @packageDocumentation
 */

export { inexactNumber } from './dashboard/http/exact-number.ts';
export { acknowledge } from './failures/acknowledgement.ts';
export { maskedField } from './search/masked-field.ts';
export { searchLetters } from './search/search-letters.ts';
