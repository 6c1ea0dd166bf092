const LETTERS = 'q7WmZ4tRk9XcVb2NhY6sDpLf3GjA8uEo5TiK1yMwQzPxHnBvCrJgSdF0lUaOeI';
const HEX = '7f3a9c1e5b8d2046';

/** Writes a number of meaningless letters and digits; the same for the same seed. */
export function madeUp(length: number, seed = 1): string {
  return pick(LETTERS, length, seed);
}

/** Writes a number of meaningless hexadecimal digits. */
export function madeUpHex(length: number, seed = 1): string {
  return pick(HEX, length, seed);
}

function pick(from: string, length: number, seed: number): string {
  let state = seed * 7919 + 17;
  let text = '';
  while (text.length < length) {
    state = (state * 48_271) % 2_147_483_647;
    text += from[state % from.length];
  }
  return text;
}
