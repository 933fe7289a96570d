import { lazy, Suspense, useEffect, useState } from 'react';
import { features } from '../features.ts';

/** When a page is at rest; what lies above it is less urgent than the page. */
const restMs = 2000;

const overlays = features.flatMap(({ id, overlay }) =>
  overlay === undefined ? [] : [{ id, Overlay: lazy(async () => ({ default: await overlay.load() })) }],
);

/** What the features show above every page. */
export function FeatureOverlays() {
  const [isAtRest, setAtRest] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setAtRest(true), restMs);
    return () => clearTimeout(timer);
  }, []);
  if (!isAtRest) return null;
  return (
    <Suspense>
      {overlays.map(({ id, Overlay }) => (
        <Overlay key={id} />
      ))}
    </Suspense>
  );
}
