import { placesIn, type SearchQuery, type SearchTerm } from '@philjs/jobs-core/internal';
import type { Redactor } from '@philjs/jobs-core/redact';

/**
 * Returns the first field that a search asks for and that is masked, as the search writes it: no search finds what is in it,
 * so that an empty list says nothing about it.
 */
export function maskedField(
  { terms }: SearchQuery,
  { hides }: Pick<Redactor, 'hides'>,
): string | undefined {
  return terms
    .flatMap(fieldsOf)
    .find((path) => hides(path) || hides(path.flatMap(placesIn)))
    ?.join('.');
}

/** Returns the places in a job that a condition reads. */
function fieldsOf({ kind, path, terms }: SearchTerm): readonly (readonly string[])[] {
  return terms?.flatMap(fieldsOf) ?? (path === undefined ? [] : [[kind, ...path]]);
}
