import { type RefObject, useEffect, useRef, useState } from 'react';
import type { NewTerminal } from '../contract.ts';
import { type Connection, connect, type Phase } from './connection.ts';
import { copy } from './copy.ts';
import { openScreen, type Screen, textSizes } from './screen.ts';

/** A terminal on a page: drawn once, opened as often as wanted, ended when the page is left. */
export function useTerminal(request: Pick<NewTerminal, 'containerId' | 'command' | 'user' | 'isElevated'>): {
  place: RefObject<HTMLDivElement | null>;
  phase: Phase;
  reopen: () => void;
  end: () => void;
  zoom: (by: number) => void;
  marked: () => string;
  paste: (text: string) => void;
} {
  const place = useRef<HTMLDivElement>(null);
  const screen = useRef<Screen | null>(null);
  const connection = useRef<Connection | null>(null);
  const size = useRef<number>(textSizes.usual);
  const wanted = useRef(request);
  wanted.current = request;
  const [phase, setPhase] = useState<Phase>({ kind: 'opening' });
  const [round, setRound] = useState(0);

  useEffect(() => {
    if (place.current === null) return undefined;
    const opened = openScreen(place.current, copy.region, {
      onTyped: (data) => connection.current?.send({ kind: 'input', data }),
      onSize: (columns, rows) => connection.current?.send({ kind: 'resize', columns, rows }),
      onLeave: () => document.querySelector<HTMLElement>('#main')?.focus(),
    });
    screen.current = opened;
    return () => opened.close();
  }, []);

  const { containerId, isElevated } = request;
  useEffect(() => {
    const { columns, rows } = screen.current?.fit() ?? { columns: 80, rows: 24 };
    const opened = connect(
      { ...wanted.current, containerId, isElevated, columns, rows },
      (text) => screen.current?.write(text),
      (next) => {
        setPhase(next);
        if (next.kind === 'open') screen.current?.focus();
      },
    );
    connection.current = opened;
    return () => opened.close();
  }, [containerId, isElevated, round]);

  return {
    place,
    phase,
    reopen: () => setRound(round + 1),
    end: () => {
      connection.current?.close();
      setPhase({ kind: 'ended', reason: 'exited', exitCode: null, detail: null });
    },
    zoom(by) {
      size.current = Math.min(textSizes.most, Math.max(textSizes.least, size.current + by));
      screen.current?.setTextSize(size.current);
    },
    marked: () => screen.current?.selection() ?? '',
    paste: (text) => screen.current?.paste(text),
  };
}
