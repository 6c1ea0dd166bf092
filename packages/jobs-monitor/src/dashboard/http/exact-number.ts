const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Finds the first number in JSON that JavaScript cannot keep exactly; ignores digits within strings. */
export function inexactNumber(json: string): string | undefined {
  const withoutTexts = json.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  return withoutTexts.match(NUMBER)?.find((text) => !isExact(text));
}

/** Returns whether a number, read and written again, stays the same but for zeros and the exponent. */
function isExact(text: string): boolean {
  const value = Number(text);
  return Number.isFinite(value) && plain(text) === plain(String(value));
}

function plain(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  const power = Number(exponent) - fraction.length + digits.length - significant.length;
  return `${sign}${significant}e${power}`;
}
