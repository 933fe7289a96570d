import { ApiError } from '@nebula/contract/client';
import { useEffect, useState } from 'react';
import { features } from '../features.ts';
import type { Command, CommandTools } from '../feature.ts';

const findDelayMs = 150;

/** What {@link useThings} knows so far. */
export interface FoundThings {
  things: Command[];
  /** Whether the server could not be asked. */
  isAway: boolean;
}

const nothing: FoundThings = { things: [], isAway: false };

/** What the features know under these words; an unreachable server leaves the commands to work with. */
export function useThings(text: string, tools: CommandTools): FoundThings {
  const [found, setFound] = useState(nothing);
  useEffect(() => {
    let isLate = false;
    const look = async () => {
      const next = text === '' ? nothing : await findThings(text, tools);
      if (!isLate) setFound(next);
    };
    const timer = setTimeout(() => void look(), findDelayMs);
    return () => {
      isLate = true;
      clearTimeout(timer);
    };
    // The tools are made anew with each rendering and are the same all the time.
  }, [text]);
  return found;
}

async function findThings(text: string, tools: CommandTools): Promise<FoundThings> {
  const answers = await Promise.allSettled(
    features.map(async (feature) => (await feature.find?.(text, tools)) ?? []),
  );
  return {
    things: answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : [])),
    isAway: answers.some(
      ({ status, ...answer }) =>
        status === 'rejected' &&
        'reason' in answer &&
        answer.reason instanceof ApiError &&
        answer.reason.status === 0,
    ),
  };
}
