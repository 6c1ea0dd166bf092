import { escapeControls } from '@philjs/jobs-core/internal';

/** Escapes the control characters of a text, other than its line breaks: what jobs hold must not steer a terminal. */
export function escapeLines(text: string): string {
  return text.split('\n').map(escapeControls).join('\n');
}
