import { type Span, spansOf } from './mask-spans.ts';

/** Matches numbers in the form of common payment cards; {@link isCard} checks them. */
const CARD =
  /(?<![\d.-])(?:3[47]\d{2}[ -]?\d{6}[ -]?\d{5}|(?:4\d{3}|5[1-5]\d{2}|2[2-7]\d{2}|6011|65\d{2})(?:[ -]?\d{4}){3})(?![\d-])/g;

/** Finds the numbers of payment cards. */
export function cardNumbers(text: string): Span[] {
  return spansOf(text, CARD).filter(({ start, end }) => isCard(text.slice(start, end)));
}

/** Checks the last digit of a card's number by Luhn's algorithm. */
function isCard(text: string): boolean {
  const digits = text.replaceAll(/\D/g, '');
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits[digits.length - 1 - place]) * (1 + (place % 2));
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 === 0;
}
