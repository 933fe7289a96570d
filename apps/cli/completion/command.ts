import type { Command } from 'commander';
import type { Surroundings } from '../surroundings.ts';
export function addCompletion(_program: Command, _surroundings: Surroundings): void {}
