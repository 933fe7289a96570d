import { commonErrors } from '@nebula/errors';
import { z } from 'zod';
import { addressOf, type Api, type Endpoint } from './define.ts';
import { endpointsOf } from './projections.ts';

/** Title and version of the described api. */
export interface ApiInfo {
  title: string;
  version: string;
}

/** The api as an OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.1). Sockets are described as GET with 101. */
export function openApi(api: Api, info: ApiInfo): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const { feature, name, endpoint } of endpointsOf(api)) {
    const path = addressOf(endpoint).replace(/:(\w+)/g, '{$1}');
    paths[path] = {
      ...paths[path],
      [endpoint.method.toLowerCase()]: operation(feature, name, endpoint),
    };
  }
  return {
    openapi: '3.1.1',
    info,
    paths,
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'nebula_session' },
        apiKey: { type: 'http', scheme: 'bearer' },
        login: { type: 'http', scheme: 'basic' },
      },
      schemas: { Problem: problemSchema },
    },
  };
}

function operation(feature: string, name: string, endpoint: Endpoint): object {
  return {
    operationId: `${feature}.${name}`,
    tags: [feature],
    summary: endpoint.summary,
    'x-access': endpoint.access,
    ...(endpoint.limit === undefined ? {} : { 'x-limit': endpoint.limit }),
    security: securityOf(endpoint),
    parameters: [...parameters(endpoint.params, 'path'), ...parameters(endpoint.query, 'query')],
    ...requestBody(endpoint),
    // What another protocol says to somebody unknown is no problem of ours.
    responses: { ...failures(endpoint), ...success(endpoint) },
  };
}

function securityOf({ kind, access }: Endpoint): object[] {
  if (kind === 'plain') return [{ login: [] }];
  return access === 'public' ? [] : [{ session: [] }, { apiKey: [] }];
}

function parameters(schema: z.ZodObject | undefined, place: 'path' | 'query'): object[] {
  if (schema === undefined) return [];
  return Object.entries(schema.shape).map(([name, field]) => ({
    name,
    in: place,
    required: place === 'path' || !z.safeParse(field, undefined).success,
    schema: jsonSchema(field, 'input'),
  }));
}

function requestBody(endpoint: Endpoint): object {
  if (endpoint.kind === 'upload') {
    return { requestBody: { required: true, content: { 'application/octet-stream': {} } } };
  }
  if (endpoint.kind !== 'call' || endpoint.body === undefined) return {};
  return {
    requestBody: {
      required: true,
      content: { 'application/json': { schema: jsonSchema(endpoint.body, 'input') } },
    },
  };
}

function success(endpoint: Endpoint): object {
  switch (endpoint.kind) {
    case 'call': {
      const status = endpoint.status ?? (endpoint.output === undefined ? 204 : 200);
      return { [status]: { description: 'Done', ...content('application/json', endpoint.output) } };
    }
    case 'upload':
      return { 200: { description: 'Stored', ...content('application/json', endpoint.output) } };
    case 'stream':
      return { 200: { description: 'Events', ...content('text/event-stream', endpoint.item) } };
    case 'download': {
      const types = Object.fromEntries(endpoint.types.map((type) => [type, {}]));
      return { 200: { description: 'A file', content: types } };
    }
    case 'plain': {
      const answer = { content: { 'text/plain': {} } };
      return {
        200: { description: 'Lines of its protocol', ...answer },
        401: { description: 'Refused, in words of its protocol', ...answer },
      };
    }
    case 'socket':
      return { 101: { description: 'WebSocket of JSON messages' } };
    default:
      return endpoint satisfies never;
  }
}

function content(type: string, schema: z.ZodType | undefined): object {
  return schema === undefined ? {} : { content: { [type]: { schema: jsonSchema(schema, 'output') } } };
}

function failures(endpoint: Endpoint): object {
  const byStatus = new Map<number, string[]>();
  for (const [code, status] of Object.entries({ ...commonErrors, ...endpoint.errors })) {
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const schema = { $ref: '#/components/schemas/Problem' };
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      { description: codes.join(', '), content: { 'application/problem+json': { schema } } },
    ]),
  );
}

function jsonSchema(schema: z.core.$ZodType, io: 'input' | 'output'): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail', 'requestId'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    detail: { type: 'string' },
    requestId: { type: 'string' },
    fields: {
      type: 'array',
      items: { type: 'object', properties: { path: { type: 'string' }, message: { type: 'string' } } },
    },
    data: { type: 'object' },
    retryAfterSeconds: { type: 'integer' },
  },
};
