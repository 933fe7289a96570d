import type { RunDetails } from '@nebula/journal';
import type { DomainTask } from './contract.ts';

/** A run as a domain's page shows it, with what each step saw. */
export function taskOf(run: RunDetails): DomainTask {
  return {
    id: run.id,
    kind: run.kind,
    title: run.title,
    state: run.state,
    createdAt: run.createdAt.toISOString(),
    finishedAt: run.finishedAt?.toISOString() ?? null,
    steps: run.steps.map((step) => ({
      name: step.name,
      title: step.title,
      state: step.state,
      error: step.error?.message ?? null,
      errorCode: step.error?.code ?? null,
      startedAt: step.startedAt?.toISOString() ?? null,
      finishedAt: step.finishedAt?.toISOString() ?? null,
      undo: step.undo,
      evidence: evidenceOf(run.results[step.name]),
    })),
  };
}

function evidenceOf(result: unknown): string[] {
  if (typeof result !== 'object' || result === null || !('evidence' in result)) return [];
  const { evidence } = result;
  return Array.isArray(evidence) ? evidence.filter((line) => typeof line === 'string') : [];
}
