import type { Endpoint } from '@nebula/contract';
import { AppError, type FieldProblem } from '@nebula/errors';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';

/** Input of an endpoint as its schemas prove it. Throws BAD_INPUT with every field that is wrong. */
export function parseInput(endpoint: Endpoint, request: FastifyRequest) {
  const fields: FieldProblem[] = [];
  const input = {
    params: parsePart('params', endpoint.params, request.params, fields),
    query: parsePart('query', endpoint.query, request.query, fields),
    body: endpoint.kind === 'call' ? parsePart('body', endpoint.body, request.body, fields) : undefined,
  };
  const first = fields[0];
  if (first !== undefined) {
    throw new AppError('BAD_INPUT', `${first.path}: ${first.message}`, { fields: fields.slice(0, 50) });
  }
  return input;
}

function parsePart(
  name: string,
  schema: z.ZodType | undefined,
  value: unknown,
  fields: FieldProblem[],
): unknown {
  if (schema === undefined) return undefined;
  const result = schema.safeParse(value ?? (name === 'body' ? undefined : {}));
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    fields.push({ path: [name, ...issue.path.map(String)].join('.'), message: issue.message });
  }
  return undefined;
}
