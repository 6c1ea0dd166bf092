import { madeUp, madeUpHex } from './made-up.ts';
import { TOKENS } from './tokens.ts';

/** A text, and the part of it that must not show. */
export interface SecretText {
  readonly text: string;
  readonly secret: string;
}

type Write = (secret: string) => string;

/** Where tokens turn up. */
const AROUND_TOKENS: readonly Write[] = [
  (token) => token,
  (token) => `token ${token} was refused by the server`,
  (token) => `Error: 401 Unauthorized (${token})\n    at fetch (client.ts:10:5)`,
  (token) => JSON.stringify({ body: JSON.stringify({ value: `line\n${token}` }) }),
  (token) => `https://api.example.org/v1/items?x=${token}&page=2`,
];

/** Fields that hold secrets. */
const NAMES: readonly string[] = [
  ...[
    'password',
    'passwd',
    'pass',
    'pw',
    'pwd',
    'db_pass',
    'userPassword',
    'PGPASSWORD',
    'passphrase',
  ],
  ...[
    'secret',
    'clientSecret',
    'client_secret',
    'AWS_SECRET_ACCESS_KEY',
    'api-key',
    'apiKey',
    'API_KEY',
  ],
  ...[
    'accessToken',
    'refresh_token',
    'id_token',
    'csrfToken',
    'csrf',
    'xsrf',
    'session',
    'sessionId',
  ],
  ...[
    'signature',
    'X-Amz-Signature',
    'X-Amz-Security-Token',
    'sig',
    'ssh_key',
    'privateKey',
    'AccountKey',
  ],
  ...[
    'cvv2',
    'cvc',
    'pin',
    'otp',
    'authorization',
    'x-api-key',
    'encryption_key',
    'signing-key',
    'jwt',
  ],
  ...[
    'connectionString',
    'dsn',
    'webhookUrl',
    'mnemonic',
    'credentials',
    'cardNumber',
    'storage_key',
  ],
];
const WORDS = ['hunter2', 'correct horse', 'p@ss,w0rd;x', 'S3cr3t!', 'tr0ub4dor&3', 'äöü geheim 9'];
/** How names and values are written together. */
const PAIRS: readonly ((name: string, value: string) => string)[] = [
  (name, value) => JSON.stringify({ user: 'ada', [name]: value, next: 1 }),
  (name, value) => `{ user: 'ada', ${JSON.stringify(name)}: '${value}', next: 1 }`,
  (name, value) => `job failed: ${JSON.stringify(JSON.stringify({ [name]: value }))}`,
  (name, value) => `user=ada ${name}=${value} host=db`,
  (name, value) => `login with ${name}: ${value}\nnext line`,
  (name, value) => `${name.toUpperCase()}="${value}"`,
];

const ALL_IN_ALL: readonly SecretText[] = [
  { text: 'Authorization: bearer abcdef123456', secret: 'abcdef123456' },
  { text: 'authorization: Basic YWRhOmh1bnRlcjI=', secret: 'YWRhOmh1bnRlcjI' },
  { text: 'proxy-authorization: Digest username="ada", response="6629fae4"', secret: '6629fae4' },
  { text: 'sent bearer 9f86d081884c7d65 to it', secret: '9f86d081884c7d65' },
  { text: 'Cookie: sid=s3cr3t; theme=dark\nnext', secret: 's3cr3t' },
  { text: 'set-cookie: session=abc123def; HttpOnly', secret: 'abc123def' },
  { text: 'connect redis://app:hunter2@cache:6379/0 failed', secret: 'hunter2' },
  { text: 'postgres://u:p@ss/w@h:5432/db', secret: 'p@ss/w' },
  { text: 'postgresql://admin:a/b?c#d@db.internal/app', secret: 'a/b?c#d' },
  { text: 'mongodb+srv://root:x%40y@cluster0.example.net/test', secret: 'x%40y' },
  { text: 'amqp://guest:guest7@rabbit:5672', secret: 'guest7' },
  { text: 'https://ada:hunter2@example.org/path', secret: 'hunter2' },
  { text: 'https://x-access-token:abc99def@git.example.org/a/b.git', secret: 'abc99def' },
  { text: 'smtp://mailer:pa:ss@smtp.example.org:587', secret: 'pa:ss' },
  { text: 'redis://:onlypassword@10.0.0.7:6379', secret: 'onlypassword' },
  { text: 'two: mysql://a:one1@h/x, mysql://b:two2@h/y', secret: 'two2' },
  {
    text: 'https://s3.example.org/b/k?X-Amz-Credential=abc&X-Amz-Signature=9f86d081',
    secret: '9f86d081',
  },
  {
    text: 'https://acc.blob.example.net/c?sv=2024-01-01&sig=Zm9vYmFy%2Bbaz%3D',
    secret: 'Zm9vYmFy',
  },
  { text: 'GET https://maps.example.org/api?key=abcd1234efgh&x=1', secret: 'abcd1234efgh' },
  { text: `callback?code=${madeUp(30)}&scope=all`, secret: madeUp(30) },
  { text: 'https://hooks.slack.com/services/T00AA/B00BB/q7WmZ4tRk9', secret: 'q7WmZ4tRk9' },
  { text: 'https://discord.com/api/webhooks/123456/q7WmZ4tRk9XcVb', secret: 'q7WmZ4tRk9XcVb' },
  { text: 'https://contoso.webhook.office.com/webhookb2/q7WmZ4tRk9', secret: 'q7WmZ4tRk9' },
  { text: 'https://api.telegram.org/bot123:q7WmZ4/sendMessage', secret: 'q7WmZ4' },
  { text: 'https://hooks.zapier.com/hooks/catch/123/q7WmZ4t/', secret: 'q7WmZ4t' },
  {
    text: `-----BEGIN RSA PRIVATE KEY-----\n${madeUp(64)}\n-----END RSA PRIVATE KEY-----`,
    secret: madeUp(64),
  },
  {
    text: JSON.stringify({
      note: `-----BEGIN PRIVATE KEY-----\n${madeUp(64, 2)}\n-----END PRIVATE KEY-----`,
    }),
    secret: madeUp(64, 2),
  },
  { text: `-----BEGIN OPENSSH PRIVATE KEY-----\n${madeUp(64, 3)}`, secret: madeUp(64, 3) },
  {
    text: `-----BEGIN PGP PRIVATE KEY BLOCK-----\n${madeUp(64, 4)}\n-----END PGP PRIVATE KEY BLOCK-----`,
    secret: madeUp(64, 4),
  },
  { text: 'Command failed: mysqldump --password hunter2 --host db', secret: 'hunter2' },
  { text: "deploy --api-key 'two words' --dry", secret: 'two words' },
  { text: 'cli login --token=abc123def --json', secret: 'abc123def' },
  { text: 'curl -u ada:hunter2 https://example.org', secret: 'hunter2' },
  { text: 'curl -H "Authorization: Bearer abc123def" https://example.org', secret: 'abc123def' },
  { text: 'curl -H "X-Api-Key: abc123def" https://example.org', secret: 'abc123def' },
  { text: '<password>x y</password>', secret: 'x y' },
  {
    text: '<soap:Body><wsse:Password Type="t">hunter2</wsse:Password></soap:Body>',
    secret: 'hunter2',
  },
  { text: '<add key="x" password="hunter2" />', secret: 'hunter2' },
  { text: 'Server=db;User Id=sa;Password=p,ss;Database=x', secret: 'p,ss' },
  {
    text: 'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=abc123==;Suffix=x',
    secret: 'abc123',
  },
  { text: 'the password is hunter2!', secret: 'hunter2' },
  { text: 'the passphrase was "correct horse"', secret: 'correct horse' },
  { text: 'paid with 4111 1111 1111 1111 today', secret: '1111 1111' },
  { text: 'amex 371449635398431', secret: '371449635398431' },
  { text: 'card 5500-0000-0000-0004', secret: '0000-0004' },
  { text: 'body=%7B%22password%22%3A%22hunter2%22%7D', secret: 'hunter2' },
  { text: 'redirect?to=%2Flogin%3Fpassword%3Dhunter2%26x%3D1', secret: 'hunter2' },
  { text: '{"tokens":["first-one","second-one"]}', secret: 'second-one' },
  { text: 'password => "hunter2", user => "ada"', secret: 'hunter2' },
  { text: 'config.db.password = hunter2', secret: 'hunter2' },
  { text: `Kubernetes: password: aHVudGVyMg==`, secret: 'aHVudGVyMg' },
  { text: `//registry.example.org/:_authToken=${madeUpHex(36, 20)}`, secret: madeUpHex(36, 20) },
  { text: 'machine example.org login ada password hunter2x9', secret: 'hunter2x9' },
];

/** Texts as errors, logs and payloads hold them, each with a secret in it. */
export const SECRETS: readonly SecretText[] = [
  ...TOKENS.flatMap((secret, index) =>
    [AROUND_TOKENS[index % 5], AROUND_TOKENS[(index + 1) % 5]].map((write) => ({
      text: write?.(secret) ?? secret,
      secret,
    })),
  ),
  ...NAMES.flatMap((name, index) =>
    PAIRS.map((write, way) => {
      const secret = WORDS[(index + way) % WORDS.length] ?? '';
      return { text: write(name, secret), secret };
    }),
  ),
  ...ALL_IN_ALL,
];
