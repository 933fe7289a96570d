import { useEffect, useState } from 'react';

/** The time in ms since 1970, renewed each second while `isTicking`. */
export function useSecond(isTicking: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!isTicking) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [isTicking]);
  return now;
}
