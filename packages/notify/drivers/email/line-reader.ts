import type { Socket } from 'node:net';

/** A reply of an SMTP server (RFC 5321 section 4.2): its code, and its lines without it. */
export interface SmtpReply {
  code: number;
  lines: string[];
}

const mostBytes = 64 * 1024;

/** Reads replies from a connection, one at a time. */
export interface ReplyReader {
  next(): Promise<SmtpReply>;
  /** Whether more came than was asked for. */
  readonly hasMore: boolean;
  /** Lets go of the connection. */
  release(): void;
}

/** See {@link ReplyReader}; `next` throws what ended the connection. */
export function replyReader(socket: Socket): ReplyReader {
  let buffered = '';
  let ended: Error | null = null;
  let wake = () => undefined as void;

  const onData = (chunk: Buffer) => {
    buffered += chunk.toString('latin1');
    if (buffered.length > mostBytes) ended = new Error('The server says too much');
    wake();
  };
  const onEnd = () => {
    ended ??= new Error('The server hung up');
    wake();
  };
  const onError = (error: Error) => {
    ended ??= error;
    wake();
  };
  socket.on('data', onData).on('end', onEnd).on('close', onEnd).on('error', onError);

  function take(): SmtpReply | null {
    const lines: string[] = [];
    let place = 0;
    for (;;) {
      const end = buffered.indexOf('\n', place);
      if (end === -1) return null;
      const line = buffered.slice(place, end).replace(/\r$/, '');
      place = end + 1;
      const [, code, mark, text = ''] = /^(\d{3})([ -]?)(.*)$/.exec(line) ?? [];
      if (code === undefined) throw new Error('The server does not speak SMTP');
      lines.push(text);
      if (mark === '-') continue;
      buffered = buffered.slice(place);
      return { code: Number(code), lines };
    }
  }

  return {
    async next() {
      for (;;) {
        const reply = take();
        if (reply !== null) return reply;
        if (ended !== null) throw ended;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    get hasMore() {
      return buffered !== '';
    },
    release() {
      socket.off('data', onData).off('end', onEnd).off('close', onEnd).off('error', onError);
    },
  };
}
