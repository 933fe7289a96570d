import { api } from '../../../web/feature.ts';
import type { NewTerminal, TerminalInput, TerminalOutput } from '../contract.ts';

/** How a terminal is doing. */
export type Phase =
  | { kind: 'opening' }
  | { kind: 'open'; argv: string[] }
  | { kind: 'failed'; error: unknown }
  | {
      kind: 'ended';
      reason: Extract<TerminalOutput, { kind: 'ended' }>['reason'] | 'lost' | 'signed-out';
      exitCode: number | null;
      detail: string | null;
    };

/** An open terminal. */
export interface Connection {
  send(message: TerminalInput): void;
  close(): void;
}

/** Close code of ours for the end of a session. */
const signedOut = 4401;

/** Opens a terminal and tells what it shows and how it is. */
export function connect(
  request: Partial<NewTerminal> & { containerId: string },
  onOutput: (text: string) => void,
  onPhase: (phase: Phase) => void,
): Connection {
  const stop = new AbortController();
  let socket: WebSocket | null = null;
  let hasEnded = false;

  function hear(message: TerminalOutput): void {
    if (message.kind === 'output') return onOutput(message.data);
    if (message.kind === 'started') return onPhase({ kind: 'open', argv: message.argv });
    hasEnded = true;
    const { reason, exitCode, detail } = message;
    onPhase({ kind: 'ended', reason, exitCode, detail });
  }

  async function begin(): Promise<void> {
    onPhase({ kind: 'opening' });
    const { id } = await api.terminal.open({ body: request, signal: stop.signal });
    if (stop.signal.aborted) return;
    const address = new URL(api.terminal.attach({ params: { id } }), location.href);
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    const opened = new WebSocket(address);
    socket = opened;
    opened.addEventListener('message', ({ data }) => hear(JSON.parse(String(data))));
    opened.addEventListener('close', ({ code, reason }) => {
      if (hasEnded || stop.signal.aborted) return;
      const why = code === signedOut ? 'signed-out' : 'lost';
      onPhase({ kind: 'ended', reason: why, exitCode: null, detail: code === 1008 ? reason : null });
    });
  }

  begin().catch((error: unknown) => {
    if (!stop.signal.aborted) onPhase({ kind: 'failed', error });
  });
  return {
    send(message) {
      if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    },
    close() {
      stop.abort();
      socket?.close(1000);
    },
  };
}
