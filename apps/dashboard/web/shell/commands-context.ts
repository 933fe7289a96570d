import { createContext, useContext } from 'react';
import type { Command } from '../feature.ts';

/** Every command that may be used just now, for pages that show them. */
export const CommandsContext = createContext<Command[]>([]);

/** Reads {@link CommandsContext}. */
export function useCommands(): Command[] {
  return useContext(CommandsContext);
}
