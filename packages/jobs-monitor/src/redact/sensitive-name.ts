/** Words that make a name sensitive wherever they stand in it: `userPassword`, `api_token`. */
const WORDS: ReadonlySet<string> = new Set([
  'password',
  'passwd',
  'passphrase',
  'passcode',
  'pwd',
  'secret',
  'token',
  'authorization',
  'auth',
  'cookie',
  'card',
  'cvv',
  'cvc',
  'pin',
  'ssn',
  'iban',
  'credential',
  'jwt',
  'bearer',
  'otp',
]);
/** Pairs of words that are sensitive together only. */
const PAIRS: ReadonlySet<string> = new Set([
  'api key',
  'private key',
  'access key',
  'signing key',
  'encryption key',
  'session id',
  'account number',
  'credit card',
]);
/** Whole names written without a sign between their words. */
const JOINED =
  /(?:password|passwd|secret|token|apikey|privatekey|accesskey|creditcard|cardnumber|authorization|cookie|credential)/i;

/** Tells whether what goes by this name is nobody's business: a password, a token, a card … */
export function isSensitiveName(name: string): boolean {
  if (name.length > 200) return false;
  if (JOINED.test(name)) return true;
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .map((word) => (word.length > 3 ? word.replace(/s$/, '') : word));
  return words.some(
    (word, index) => WORDS.has(word) || PAIRS.has(`${words[index - 1] ?? ''} ${word}`),
  );
}
