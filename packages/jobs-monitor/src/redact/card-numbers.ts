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
  const digits = [...text].filter((char) => char >= '0' && char <= '9').map(Number);
  const sum = digits.reduceRight((total, digit, index) => {
    const fromRight = digits.length - 1 - index;
    if (fromRight % 2 === 0) return total + digit;
    return total + (digit > 4 ? digit * 2 - 9 : digit * 2);
  }, 0);
  return sum % 10 === 0;
}
