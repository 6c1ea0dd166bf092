/** Words that make a name sensitive anywhere in it: `userPassword`, `api_token`. Some are sensitive only together. */
const ANYWHERE = `password|passwd|passphrase|passcode|passkey|pwd|secret|token|authorization|auth|cookie|card|cvv2?|
cvc2?|csc|pin|ssn|iban|credential|cred|jwt|bearer|otp|totp|csrf|xsrf|mnemonic|dsn|hmac|keytab|kubeconfig|pgpass|
(?:api|private|access|signing|encryption|ssh|gpg|account|shared|storage|master|deploy|license|consumer|subscription|
functions|auth|rsa|session|service|secret|webhook|app) key|session id|tax id|webhook url|magic link|reset link|
(?:account|routing|passport|card|security) number|social security|connection string|conn str(?:ing)?|
(?:seed|recovery) phrase|(?:security|recovery|backup|verification|auth|reset|mfa|2fa|factor|login) code`;
/** Words that make a name sensitive at its end: `db_pass`, but not `passCount` or `sessionStart`. */
const AT_END = 'pass|pw|psw|session|sess|sid|signature|sig|sas|pem|pfx|p12';
const SENSITIVE = new RegExp(
  `(?:^| )(?:(?:${ANYWHERE.replaceAll('\n', '')})s?(?= |$)|(?:${AT_END})s?$)`,
);
/** Matches whole names written without a separator between their words. */
const JOINED =
  /password|passwd|passphrase|secret|token|apikey|privatekey|accesskey|creditcard|cardnumber|authorization|cookie|credential|connectionstring|sessionid|sessionkey|csrf|xsrf|webhookurl|socialsecurity|(?:account|storage|shared|encryption|signing|master|ssh)key/i;
/** Matches words that contain one of those by chance. */
const CHANCE = /tokeni[sz]|secretar|cookie(?:less|consent|policy|banner)|undersecret/i;
/**
 * Matches names that describe a secret but do not hold it, such as `tokenType` and `hasPassword`, and those that count, as
 * in requests to language models: `maxTokens`.
 */
const ABOUT =
  /^(?:has|is) | (?:count|length|type|kind|size|expires|expiry|expiration|at|in|ttl|limit|used|valid|required|enabled|policy|method|provider|name|status|state|duration|ms|seconds|strength|min|max|version|brand|scheme)$|^(?:max|min|total|prompt|completion|num|input|output|needs) .*tokens$/;

/** Splits a name into its words, in lower case: `userPasswords` is `user passwords`. */
export function wordsOf(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
}

/** A cache of recent answers, since payloads and texts repeat their names. */
const KNOWN = new Map<string, boolean>();
const MAX_KNOWN = 2000;

/** Returns whether a field of this name holds a secret: a password, a token, a card … */
export function isSensitiveName(name: string): boolean {
  if (name.length > 200) return false;
  const known = KNOWN.get(name);
  if (known !== undefined) return known;
  if (KNOWN.size >= MAX_KNOWN) KNOWN.clear();
  const words = wordsOf(name);
  const isJoined = JOINED.test(name) && !CHANCE.test(name);
  const answer = !ABOUT.test(words) && (isJoined || SENSITIVE.test(words));
  KNOWN.set(name, answer);
  return answer;
}
