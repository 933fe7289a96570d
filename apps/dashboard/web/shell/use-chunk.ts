import { type RefObject, useEffect, useRef, useState } from 'react';

const chunk = 60;

/**
 * How many of `total` lines are rendered: some at first, more each time the end of them comes near the screen, which the
 * element behind `end` marks. Focus that moves on by keyboard makes it come near too.
 */
export function useChunk(total: number): { count: number; end: RefObject<HTMLDivElement | null> } {
  const [count, setCount] = useState(chunk);
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = end.current;
    if (element === null || count >= total) return undefined;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting === true) setCount((before) => before + chunk);
      },
      { rootMargin: '800px' },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [count, total]);
  return { count: Math.min(count, total), end };
}
