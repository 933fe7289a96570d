import { lazy, Suspense, useEffect, useSyncExternalStore } from 'react';
import { features } from '../features.ts';
import { answerProof, isProofAsked, onProofAsked } from './proof.ts';

const load = features.find(({ proof }) => proof !== undefined)?.proof;
const ProofDialog = load === undefined ? null : lazy(async () => ({ default: await load() }));

/** Shows the dialog in which a person proves again that it is them, whenever a call was refused without a fresh proof. */
export function ProofKeeper() {
  const isAsked = useSyncExternalStore(onProofAsked, isProofAsked);
  // Who leaves the page leaves the question too; nobody waits for an answer that cannot come.
  useEffect(() => () => answerProof(false), []);
  if (!isAsked || ProofDialog === null) return null;
  return (
    <Suspense>
      <ProofDialog onAnswer={answerProof} />
    </Suspense>
  );
}
