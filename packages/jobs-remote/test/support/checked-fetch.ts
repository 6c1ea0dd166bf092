import { afterEach } from 'vitest';
import { z } from 'zod';
import { openApi } from '../../src/protocol/openapi.ts';

type Fetch = (request: Request) => Promise<Response>;

interface Operation {
  readonly responses: Readonly<
    Record<string, { content: Record<string, { schema: { $ref: string } }> }>
  >;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

const REFS = '#/components/schemas/';
// As the server sends it.
const document = JSON.parse(JSON.stringify(openApi())) as Document;
const paths = Object.keys(document.paths).map((path) => ({
  path,
  // A fixed path goes before one with an id: `jobs/many` is no job.
  isFixed: !path.includes('{id}'),
  pattern: new RegExp(`${path.replace('{queue}', '[^/]+').replace('{id}', '[^/]+')}$`),
}));
paths.sort((a, b) => Number(b.isFixed) - Number(a.isFixed));
const $defs = JSON.parse(
  JSON.stringify(document.components.schemas).replaceAll(REFS, '#/$defs/'),
) as object;
/** Collects what was wrong: a client would take an error of its `fetch` for a server that is away. */
const wrong: unknown[] = [];

afterEach(() => {
  const [first] = wrong.splice(0);
  if (first !== undefined) throw first;
});

const checks = new Map<string, z.ZodType>();

function checkOf(name: string): z.ZodType {
  const known = checks.get(name);
  if (known !== undefined) return known;
  const made = z.fromJSONSchema({ $ref: `#/$defs/${name}`, $defs } as never);
  checks.set(name, made);
  return made;
}

/** Checks a value against a schema of the document of the protocol, by its name. */
export function checkAgainst(name: string, value: unknown, of: string): void {
  const checked = checkOf(name).safeParse(value);
  if (checked.success) return;
  const found = JSON.stringify(value).slice(0, 500);
  throw new Error(
    `${of} is not as the document says of ${name}: ${checked.error.message} ${found}`,
  );
}

/** Finds the schema that the document has for an answer. */
function schemaOf(request: Request, { status, headers }: Response): string {
  const { pathname } = new URL(request.url);
  const path = paths.find(({ pattern }) => pattern.test(pathname))?.path ?? '';
  const operation = document.paths[path]?.[request.method.toLowerCase()];
  if (operation === undefined && status < 400) {
    throw new Error(`The document has no ${request.method} ${pathname}, which was answered`);
  }
  if (status >= 400) return 'Problem';
  const type = headers.get('content-type')?.replace(/;.*/, '') ?? '';
  const ref = operation?.responses[status]?.content[type]?.schema.$ref;
  if (ref === undefined) {
    throw new Error(`The document has no ${status} of ${type} for ${request.method} ${path}`);
  }
  return ref.slice(REFS.length);
}

/** Makes requests, and checks each answer of a server against the document of the protocol: the test fails at its end. */
export function checkedFetch(fetch: Fetch): Fetch {
  return async (request) => {
    const answer = await fetch(request);
    try {
      await check(request, answer);
    } catch (error) {
      wrong.push(error);
    }
    return answer;
  };
}

async function check(request: Request, answer: Response): Promise<void> {
  if (request.method === 'OPTIONS' || request.url.endsWith('/openapi.json')) return;
  const schema = schemaOf(request, answer);
  if (answer.headers.get('content-type')?.startsWith('text/event-stream')) return;
  checkAgainst(
    schema,
    await answer.clone().json(),
    `The answer to ${request.method} ${request.url}`,
  );
}
