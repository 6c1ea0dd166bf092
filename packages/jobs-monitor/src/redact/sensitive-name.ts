/** Words that make a name sensitive anywhere in it: `userPassword`, `api_token`. */
const WORDS: ReadonlySet<string> = new Set([
  ...['password', 'passwd', 'passphrase', 'passcode', 'passkey', 'pwd', 'secret', 'token'],
  ...['authorization', 'auth', 'cookie', 'card', 'cvv', 'cvv2', 'cvc', 'cvc2', 'csc', 'pin', 'ssn'],
  ...['iban', 'credential', 'cred', 'jwt', 'bearer', 'otp', 'totp', 'csrf', 'xsrf', 'mnemonic'],
  ...['dsn', 'hmac', 'keytab', 'kubeconfig', 'pgpass'],
]);
/** Words that make a name sensitive at its end: `db_pass`, but not `passCount` or `sessionStart`. */
const LAST_WORDS: ReadonlySet<string> = new Set([
  ...[
    'pass',
    'pw',
    'psw',
    'session',
    'sess',
    'sid',
    'signature',
    'sig',
    'sas',
    'pem',
    'pfx',
    'p12',
  ],
]);
/** Pairs of words that are sensitive only together. */
const PAIRS: ReadonlySet<string> = new Set([
  ...[
    'api key',
    'private key',
    'access key',
    'signing key',
    'encryption key',
    'ssh key',
    'gpg key',
  ],
  ...['account key', 'shared key', 'storage key', 'master key', 'deploy key', 'license key'],
  ...['consumer key', 'subscription key', 'functions key', 'auth key', 'rsa key', 'session key'],
  ...['service key', 'secret key', 'webhook key', 'app key', 'session id', 'webhook url'],
  ...[
    'account number',
    'routing number',
    'passport number',
    'tax id',
    'credit card',
    'card number',
  ],
  ...[
    'connection string',
    'conn string',
    'conn str',
    'seed phrase',
    'recovery phrase',
    'magic link',
  ],
  ...[
    'security code',
    'recovery code',
    'backup code',
    'verification code',
    'auth code',
    'reset link',
  ],
]);
/** Matches whole names written without a separator between their words. */
const JOINED =
  /(?:password|passwd|passphrase|secret|token|apikey|privatekey|accesskey|creditcard|cardnumber|authorization|cookie|credential|connectionstring|sessionid|sessionkey|csrf|xsrf|webhookurl|(?:account|storage|shared|encryption|signing|master|ssh)key)/i;
/** Matches words that contain one of those by chance. */
const CHANCE = /tokeni[sz]|secretar|cookie(?:less|consent|policy|banner)|undersecret/i;
/** Last words of names that describe a secret but do not hold it: `tokenType`, `passwordExpiresAt`. */
const ABOUT: ReadonlySet<string> = new Set([
  ...[
    'count',
    'length',
    'type',
    'kind',
    'size',
    'expires',
    'expiry',
    'expiration',
    'at',
    'in',
    'ttl',
  ],
  ...[
    'limit',
    'used',
    'valid',
    'required',
    'enabled',
    'policy',
    'method',
    'provider',
    'name',
    'status',
  ],
  ...['state', 'duration', 'ms', 'seconds', 'strength', 'min', 'max', 'version', 'brand', 'scheme'],
]);
/** First words of names that count: `maxTokens`, `total_tokens`, as in requests to language models. */
const COUNTS: ReadonlySet<string> = new Set([
  ...[
    'max',
    'min',
    'total',
    'prompt',
    'completion',
    'num',
    'input',
    'output',
    'has',
    'is',
    'needs',
  ],
]);
/** Matches a part of every name that can be sensitive; most names are ruled out by this check alone. */
const LIKELY =
  /pass|pw|psw|secret|token|auth|cookie|card|cv[vc]|csc|pin|ssn|iban|cred|jwt|bearer|otp|key|sig|sess|sid|csrf|xsrf|mnemonic|phrase|dsn|conn|code|hmac|link|account|routing|tax|webhook|sas|pem|pfx|p12|kubeconfig/i;

/** Splits a name into its words, in lower case: `userPasswords` is `user`, `password`. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

/** A cache of recent answers, since payloads and texts repeat their names. */
const KNOWN = new Map<string, boolean>();
const MAX_KNOWN = 2000;

/** Returns whether a field of this name holds a secret: a password, a token, a card … */
export function isSensitiveName(name: string): boolean {
  if (name.length > 200 || !LIKELY.test(name)) return false;
  const known = KNOWN.get(name);
  if (known !== undefined) return known;
  if (KNOWN.size >= MAX_KNOWN) KNOWN.clear();
  const answer = isSensitive(name);
  KNOWN.set(name, answer);
  return answer;
}

function isSensitive(name: string): boolean {
  const given = wordsOf(name);
  const last = given.at(-1) ?? '';
  if (given.length > 1 && ABOUT.has(last)) return false;
  if (given.length > 1 && last.endsWith('tokens') && COUNTS.has(given[0] ?? '')) return false;
  if (given.length > 1 && (given[0] === 'has' || given[0] === 'is')) return false;
  if (JOINED.test(name) && !CHANCE.test(name)) return true;
  const words = given.map((word) => (word.length > 3 ? word.replace(/s$/, '') : word));
  return (
    LAST_WORDS.has(last) ||
    LAST_WORDS.has(words.at(-1) ?? '') ||
    words.some((word, index) => WORDS.has(word) || PAIRS.has(`${words[index - 1] ?? ''} ${word}`))
  );
}
