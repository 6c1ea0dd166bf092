import { z } from 'zod';
import { ANSWERS, jobRecord, jobView, problem, ROUTE_ANSWERS } from './answers.ts';
import { cancelRequest, jobRequest, manyRequest } from './job-request-schema.ts';
import { json } from './json-schema.ts';
import { EVENT_ROLES, OPERATIONS } from './operations.ts';
import { newJob, PARAMS } from './params.ts';
import { PROBLEM_TYPE } from './problem.ts';
import { PRODUCER_ROUTES, type RouteName, WAIT_MS } from './producer-routes.ts';
import type { Role } from './role.ts';

type Described = Readonly<Record<string, unknown>>;

const BODIES: { readonly [name in RouteName]?: z.ZodType } = {
  enqueue: jobRequest,
  enqueueMany: manyRequest,
  cancel: cancelRequest,
};
const PREFIX = '/v1/queues/{queue}/';
const REFS = '#/components/schemas/';

let made: Described | undefined;

/**
 * Describes the protocol by OpenAPI 3.1: made once, of the tables that the server itself checks roles and parameters by, and
 * of the schemas of answers. Requests are refused if they have other fields; answers may gain fields.
 */
export function openApi(): Described {
  made ??= {
    openapi: '3.1.0',
    info: {
      title: 'PhilJS Jobs',
      version: '1',
      description:
        'Queues over HTTP. `/v1` may gain fields and routes, and never changes one. Times are epoch milliseconds.',
    },
    security: [{ token: [] }],
    paths: { ...routes(), ...calls(), [`${PREFIX}events`]: queueEvents() },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: schemas(),
    },
  };
  return made;
}

function routes(): Described {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, route] of Object.entries(PRODUCER_ROUTES)) {
    const path = `${PREFIX}${route.path.replace(':id', '{id}')}`;
    const ids = route.path.includes(':id') ? [parameter('path', 'id')] : [];
    const queries = name === 'wait' ? [parameter('query', 'timeout')] : [];
    const keys = name === 'enqueue' ? [parameter('header', 'Idempotency-Key')] : [];
    paths[path] = {
      ...paths[path],
      [route.method.toLowerCase()]: {
        operationId: name,
        summary: route.summary,
        ...describeRoles(route.roles),
        parameters: [parameter('path', 'queue'), ...ids, ...queries, ...keys],
        ...(name in BODIES && { requestBody: body(`${name}.request`) }),
        responses: responses(
          `${name}.answer`,
          name === 'events' ? 'text/event-stream' : 'application/json',
          name.startsWith('enqueue') ? ['200', '201'] : ['200'],
        ),
      },
    };
  }
  return paths;
}

function calls(): Described {
  const described = [...OPERATIONS].map(([path, { roles }]) => {
    const id = path.replace('/', '.');
    const call = {
      operationId: `contract.${id}`,
      summary: `Calls \`${id}\` of the contract of backends`,
      ...describeRoles(roles),
      parameters: [parameter('path', 'queue')],
      requestBody: body(`${id}.params`),
      responses: responses(`${id}.result`),
    };
    return [`${PREFIX}${path}`, { post: call }] as const;
  });
  return Object.fromEntries(described);
}

function queueEvents(): Described {
  return {
    get: {
      operationId: 'queueEvents',
      summary: 'Streams what happens in a queue as server-sent events: `open`, `job`, `schedules`',
      ...describeRoles(EVENT_ROLES),
      parameters: [parameter('path', 'queue')],
      responses: responses('Json', 'text/event-stream'),
    },
  };
}

function describeRoles(roles: readonly Role[]): Described {
  return { description: `Roles: ${roles.join(', ')}.`, 'x-roles': roles };
}

function parameter(place: 'path' | 'query' | 'header', name: string): Described {
  const isTime = name === 'timeout';
  const schema = isTime
    ? { type: 'number', minimum: 0, maximum: WAIT_MS.most, default: WAIT_MS.usual }
    : { type: 'string', minLength: 1, maxLength: 256 };
  return { in: place, name, schema, required: place === 'path' };
}

function body(schema: string): Described {
  return { content: { 'application/json': { schema: { $ref: REFS + schema } } } };
}

function responses(schema: string, type = 'application/json', statuses = ['200']): Described {
  const content = (of: string, mediaType: string): Described => ({
    [mediaType]: { schema: { $ref: REFS + of } },
  });
  const good = { description: 'The answer', content: content(schema, type) };
  return {
    ...Object.fromEntries(statuses.map((status) => [status, good])),
    default: { description: 'An error', content: content('Problem', PROBLEM_TYPE) },
  };
}

/** Makes the schemas that the document refers to. */
function schemas(): Described {
  const registry = z.registry<{ id: string }>();
  const add = (id: string, schema: z.ZodType): void => {
    // A schema has one name: one that several paths share is described again under each.
    registry.add(registry.has(schema) ? schema.clone() : schema, { id });
  };
  add('Json', json);
  add('Job', jobView);
  add('JobRecord', jobRecord);
  add('NewJob', newJob);
  add('Problem', problem);
  for (const [path, schema] of Object.entries(PARAMS)) {
    add(`${path.replace('/', '.')}.params`, schema);
  }
  for (const [path, schema] of Object.entries(ANSWERS)) {
    add(`${path.replace('/', '.')}.result`, schema);
  }
  for (const [name, schema] of Object.entries(ROUTE_ANSWERS)) add(`${name}.answer`, schema);
  for (const [name, schema] of Object.entries(BODIES)) add(`${name}.request`, schema);
  const { schemas: all } = z.toJSONSchema(registry, { uri: (id) => REFS + id, io: 'input' });
  const own = Object.entries(all).map(([id, { $schema: _, $id: __, ...schema }]) => [id, schema]);
  return Object.fromEntries(own);
}
