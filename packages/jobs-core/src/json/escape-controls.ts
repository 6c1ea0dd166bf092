/**
 * Makes text safe for a log line or a terminal: control characters become `\u001b` and the like, and so do line
 * separators and those that turn the direction of the text behind them.
 */
export function escapeControls(text: string): string {
  return text.replace(
    /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
