import { Transform } from 'node:stream';
import type { Upload } from '@nebula/contract';
import { AppError } from '@nebula/errors';
import type { AnyHandler, Served } from '../mount.ts';
import { tooLarge } from '../problem.ts';

/**
 * Hands the bytes of a request to the handler as they arrive. Throws TOO_LARGE as soon as more than the endpoint takes was
 * announced or has come, UNSUPPORTED_MEDIA for a type it does not take.
 */
export async function receiveUpload(served: Served, endpoint: Upload, handler: AnyHandler): Promise<unknown> {
  const { request, reply, context, input, options } = served;
  const contentType = request.headers['content-type'] ?? 'application/octet-stream';
  if (endpoint.accept !== undefined && !endpoint.accept.includes(contentType)) {
    throw new AppError('UNSUPPORTED_MEDIA', `This endpoint takes ${endpoint.accept.join(', ')}.`);
  }
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > endpoint.maxBytes) throw tooLarge(endpoint.maxBytes);
  let size = 0;
  const limited = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      done(size > endpoint.maxBytes ? tooLarge(endpoint.maxBytes) : null, chunk);
    },
  });
  request.raw.once('error', (error) => limited.destroy(error));
  request.raw.once('aborted', () => limited.destroy(new Error('the caller has gone')));
  request.raw.pipe(limited);
  try {
    const output = await handler(context, input, { stream: limited, contentType });
    if (options.checksOutput) endpoint.output.parse(output);
    return output;
  } catch (error) {
    // What still comes is of no use; the connection would wait for it otherwise.
    reply.header('connection', 'close');
    request.raw.unpipe(limited);
    request.raw.resume();
    throw error;
  }
}
