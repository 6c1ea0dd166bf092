import { expect, test } from 'vitest';
import { redactText } from '../src/redact/redact-text.ts';
import { HARMLESS } from './corpus/harmless.ts';
import { SECRETS } from './corpus/secrets.ts';

const percent = (part: number, all: number): string => `${((100 * part) / all).toFixed(2)} %`;

test('of a corpus of secrets none is shown, and of harmless texts next to none is masked', () => {
  expect(SECRETS.length).toBeGreaterThanOrEqual(300);
  expect(HARMLESS.length).toBeGreaterThanOrEqual(300);
  expect(new Set(SECRETS.map(({ text }) => text)).size).toBe(SECRETS.length);
  expect(new Set(HARMLESS).size).toBe(HARMLESS.length);
  const shown = SECRETS.filter(({ text, secret }) => redactText(text).includes(secret));
  const masked = HARMLESS.filter((text) => redactText(text) !== text);
  process.stdout.write(
    `secrets shown: ${shown.length} of ${SECRETS.length} (${percent(shown.length, SECRETS.length)}); ` +
      `harmless texts masked: ${masked.length} of ${HARMLESS.length} (${percent(masked.length, HARMLESS.length)})\n`,
  );
  expect(shown.map(({ text }) => [text, redactText(text)])).toEqual([]);
  expect(masked.map((text) => [text, redactText(text)])).toEqual([]);
});
