import type { SearchQuery } from '@philjs/jobs-core/internal';
import type { Redactor } from '@philjs/jobs-core/redact';
import { maskedField } from '../search/masked-field.ts';

/** Returns a note when a search asks for a masked field, since it finds nothing there. */
export function maskedNote(query: SearchQuery, redactor: Redactor): string | undefined {
  const field = maskedField(query, redactor);
  return field && `${field} is masked, so a search cannot see what it is.`;
}
