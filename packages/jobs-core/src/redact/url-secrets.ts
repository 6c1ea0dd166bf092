import { type Span, spansOf } from './mask-spans.ts';

/** Matches the user and password in the address of a page, where an `@` may also be part of the path or the query. */
const PAGE = /\b(?:https?|wss?|ftp):\/\/([^\s"'<>`\\/?#]{1,2000})(?=@)/gi;
/** Matches those in other addresses, as of a database: a password may hold a `/` or an `@` that is not escaped. */
const OTHER =
  /(?<!\b(?:https?|wss?|ftp)):\/\/([^\s"'<>`\\/:]{1,2000}|[^\s"'<>`\\/:]{0,200}:(?:(?!:\/\/)[^\s"'<>`\\]){0,2000})(?=@)/gi;

/** Finds the user and password of URLs: `redis://user:password@`. */
export function urlSecrets(text: string): Span[] {
  return [...spansOf(text, PAGE), ...spansOf(text, OTHER)];
}
