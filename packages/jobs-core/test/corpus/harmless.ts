import { madeUpHex } from './made-up.ts';

/** Messages as libraries, databases and operating systems write them. */
const MESSAGES = `connect ECONNREFUSED 127.0.0.1:6379
connect ETIMEDOUT 10.0.0.7:5432
getaddrinfo ENOTFOUND db.example.org
read ECONNRESET
socket hang up
write EPIPE
self-signed certificate in certificate chain
unable to verify the first certificate
Request failed with status code 503
Request failed with status code 401
Unexpected token < in JSON at position 0
Unexpected token: punc (})
Unexpected end of JSON input
Expected property name or '}' in JSON at position 1
Cannot read properties of undefined (reading 'token')
Cannot read properties of null (reading 'password')
password is not defined
token is not a function
Invalid token: expected a number
invalid signature: the digest does not match
signature verification failed
jwt expired
jwt malformed
invalid csrf token
Missing credentials for "PLAIN"
The security token included in the request is invalid.
The provided token has expired.
Password must contain at least 8 characters
password: must be at least 8 characters
password: String must contain at least 8 character(s)
password: Required
password: expected string, received undefined
token: required
secret: not found in the vault
secrets: 3 loaded
credentials: expired
session: user signed in
auth: user ada signed in
auth: connection refused
session expired for user 42
session closed after 30 s
card declined: insufficient funds
card: declined by the bank
your card was declined
key: users_pkey
duplicate key value violates unique constraint "users_email_key"
Key (email)=(ada) already exists.
relation "tokens" does not exist
column "password_hash" does not exist
null value in column "token" violates not-null constraint
deadlock detected
could not serialize access due to concurrent update
canceling statement due to statement timeout
too many connections for role "app"
password authentication failed for user "app"
no pg_hba.conf entry for host "10.0.0.7", user "app", database "app"
ER_ACCESS_DENIED_ERROR: Access denied for user 'app'@'localhost' (using password: YES)
NOAUTH Authentication required.
WRONGPASS invalid username-password pair or user is disabled.
MOVED 3999 127.0.0.1:6381
READONLY You can't write against a read only replica.
OOM command not allowed when used memory > 'maxmemory'.
BUSY Redis is busy running a script.
ENOENT: no such file or directory, open '/etc/app/config.json'
EACCES: permission denied, open '/var/run/secrets/app/token'
EMFILE: too many open files
ENOSPC: no space left on device
EADDRINUSE: address already in use :::3000
The operation was aborted due to timeout
timeout of 5000ms exceeded
Job timed out after 30000 ms
job stalled more than 1 time
rate limit exceeded, retry after 30 s
429 Too Many Requests
maximum context length is 8192 tokens, you asked for 9000 tokens
maxTokens: 4096, temperature: 0.7
prompt_tokens: 812, completion_tokens: 90
tokenType: bearer
tokenizer: cl100k_base
550 mailbox unavailable
554 5.7.1 Relay access denied
421 Try again later
Mail to ada@example.org was refused
mailto:ada@example.org
from: ada@example.org, to: bob@example.org
order 4111111111111112 of user 42
order 1767607200000
invoice 2026-000123 of customer C-4711
took 1767607200000 ms
timeout=30 retries: 3
x=1 y=2 z=3
a=b&c=d
status=failed name=send-email attempts=3
level=info msg="request done" status=200 duration=12ms
{"level":30,"time":1767607200000,"msg":"request completed","responseTime":12}
{"user":"ada","order":42,"items":["a","b"]}
{ user: 'ada', order: 42, total: 99.5 }
{"hasPassword":true,"passwordExpiresAt":"2026-05-01"}
{"tokenCount":42,"maxTokens":100}
{"session_duration":30,"sessionCount":4}
{"cardType":"visa","cardBrand":"visa"}
{"isTokenValid":false}
{"author":"ada","authored":2}
{"keys":["a","b"],"key":"user:42"}
{"monkey":1,"keyboard":"qwerty","hockey":true}
{"passenger":"ada","passes":true,"compass":"north"}
{"password":null,"token":null}
{"secretary":"ada","cookieConsent":true}
{"spinner":true,"pinned":false,"pinging":1}
{"discard":true,"cardinality":3,"postcard":"x"}
{"design":"x","assignee":"ada","signal":"SIGTERM"}
{"bypass":true,"compassion":1,"trespassing":0}
https://example.org/a?b=c
https://example.org/users/42?page=2&sort=name
https://example.org/@ada/posts
http://localhost:3000/@vite/client
http://localhost:8080/users/ada@example.org
https://cdn.example.org/npm/react@18.3.1/index.js
https://medium.example.org/@ada/a-title-1a2b3c
https://example.org/reset?step=2
https://example.org/cb?code=42&state=open
https://example.org/search?q=password+reset
https://example.org/docs/tokens#rotation
https://example.org/?keyword=shoes&monkey=1
git@github.example.org:philjs/jobs.git
npm ERR! 404 Not Found - GET https://registry.example.org/left-pad
pnpm install --frozen-lockfile --prefer-offline
philjs-jobs work --queues emails:5,reports:1
curl -s -o /dev/null https://example.org
docker run --rm -p 8080:80 nginx:1.27
kubectl get secrets -n default
node --test --experimental-strip-types
vault kv get -field=value kv/app
ssh -p 22 ada@example.org
at handler (file.ts:10:5)
    at async Worker.run (/app/node_modules/x/dist/worker.js:120:14)
    at Object.<anonymous> (/app/src/auth/token.ts:12:3)
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)
    at TokenService.verify (src/token-service.ts:40:11)
TypeError: fetch failed
AggregateError: All promises were rejected
ZodError: [{"code":"too_small","path":["password"],"message":"too short"}]
ValidationError: "token" is required
SyntaxError: Unexpected identifier 'password'
RangeError: Maximum call stack size exceeded
[2026-01-05T10:00:00.000Z] INFO worker started concurrency=5
2026-01-05 10:00:00,123 WARN pool exhausted: 10/10 in use
worker 7 lost its lease after 30 s
retrying in 5 s (attempt 2 of 5)
sha256:${madeUpHex(64)}
sha1 ${madeUpHex(40)} of main
commit ${madeUpHex(40, 2)}
digest ${madeUpHex(32, 3)}
etag "${madeUpHex(32, 4)}"
trace_id=${madeUpHex(32, 5)} span_id=${madeUpHex(16, 6)}
request-id: ${madeUpHex(8)}-${madeUpHex(4)}-4${madeUpHex(3)}-8${madeUpHex(3)}-${madeUpHex(12)}
-----BEGIN CERTIFICATE-----
-----BEGIN PUBLIC KEY-----
ssh-ed25519 is the type of the key
The basic plan has 3 seats
a digest of the day
bearer of bad news
the token was refused
token expired 5 minutes ago
the secret was rotated
the password was changed by ada
your pin was reset
api key is missing
api key was revoked
the cookie was rejected
basic auth is disabled
Basic authentication required
digest mismatch for layer 3
token bucket is empty
passing 12 of 12
pass: 12 fail: 0
tests: 12, pass: 12, skip: 0
line 5, column 12: unexpected token
next token: comma
parser token: identifier
session 42 opened
signature: none
secret: true
token=null
password=undefined
pw=***
password=<none>
<p>hello</p>
<item key="a">value</item>
<session>
<tokens/>
select * from tokens where id = 42
select password from users
insert into sessions (id, user) values (1, 2)
UPDATE users SET name = 'ada' WHERE id = 42
phone +49 30 1234567
1234567890123456789
3.141592653589793
10.0.0.7 - - [05/Jan/2026:10:00:00 +0000] "GET / HTTP/1.1" 200
€ 1.234,56
C:\\Users\\ada\\secrets\\readme.txt
/home/ada/.ssh/known_hosts
./src/redact/secret-values.ts
the quick brown fox jumps over the lazy dog
Bestellung 42 wurde versandt
注文は発送されました
Заказ 42 отправлен
💥 it broke`;

/** Names of fields beside which nothing is secret, with values. */
const FIELDS: readonly (readonly [string, string])[] = [
  ...(['user', 'email', 'order', 'sku', 'title', 'city', 'locale', 'currency'] as const).map(
    (name) => [name, 'Ada Lovelace'] as const,
  ),
  ...(['id', 'orderId', 'parentId', 'traceId', 'hash', 'etag', 'version', 'checksum'] as const).map(
    (name, index) => [name, madeUpHex(24, index + 30)] as const,
  ),
  ...(['url', 'path', 'file', 'queue', 'template', 'subject', 'reason', 'code'] as const).map(
    (name) => [name, 'shop/orders-2026_01.csv'] as const,
  ),
];

/** Texts with nothing to hide: what is masked in one of them is missing at three in the morning. */
export const HARMLESS: readonly string[] = [
  ...MESSAGES.split('\n'),
  ...FIELDS.flatMap(([name, value]) => [
    JSON.stringify({ [name]: value }),
    `${name}=${value}`,
    `failed with ${name}: ${value}`,
    `https://example.org/x?${name}=${encodeURIComponent(value)}`,
    JSON.stringify(JSON.stringify({ [name]: value })),
  ]),
];
