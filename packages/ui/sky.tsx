import { useEffect, useRef } from 'react';
import { maySkyMove, onSkyMotion } from './sky-motion.ts';
import { makeStars, type Star, seededRandom, starCount, starOpacity, starX } from './star-field.ts';

/** Frames per second while it moves. Each one makes the browser compose the whole page, so the stars are slow enough for so few. */
const framesPerSecond = 1;
const maxPixelRatio = 1.5;

/**
 * The stars before the nebula (which base.css paints): they drift and twinkle. It all stands still when it
 * is paused, a dialog is open, the page is hidden or the person wants less motion. Decoration only; nothing reads it.
 */
export function Sky() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => (canvas.current === null ? undefined : runSky(canvas.current)), []);
  return <canvas ref={canvas} aria-hidden className="sky" />;
}

function runSky(canvas: HTMLCanvasElement): () => void {
  const context = canvas.getContext('2d');
  if (context === null) return () => undefined;
  const painter = makePainter(canvas, context);
  const lessMotion = matchMedia('(prefers-reduced-motion: reduce)');
  let timer: ReturnType<typeof setTimeout> | undefined;
  let seconds = 0;

  function tick(): void {
    seconds += 1 / framesPerSecond;
    painter.paint(seconds);
    timer = setTimeout(() => requestAnimationFrame(tickIfMoving), 1000 / framesPerSecond);
  }
  function tickIfMoving(): void {
    if (timer !== undefined) tick();
  }
  function update(): void {
    const shouldMove = maySkyMove() && !document.hidden && !lessMotion.matches;
    if (shouldMove && timer === undefined) tick();
    if (!shouldMove) {
      clearTimeout(timer);
      timer = undefined;
    }
  }
  function resize(): void {
    painter.resize();
    painter.paint(seconds);
  }

  resize();
  update();
  const stopListening = onSkyMotion(update);
  document.addEventListener('visibilitychange', update);
  lessMotion.addEventListener('change', update);
  const observer = new ResizeObserver(resize);
  observer.observe(canvas);
  // Another theme has stars of another colour.
  const themes = new MutationObserver(resize);
  themes.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return () => {
    clearTimeout(timer);
    timer = undefined;
    stopListening();
    document.removeEventListener('visibilitychange', update);
    lessMotion.removeEventListener('change', update);
    observer.disconnect();
    themes.disconnect();
  };
}

function makePainter(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D) {
  let inks = inksOf(canvas);
  let stars: Star[] = [];
  let marks: { x: number; y: number; size: number }[] = [];
  let width = 0;
  let height = 0;

  return {
    resize() {
      inks = inksOf(canvas);
      const ratio = Math.min(maxPixelRatio, window.devicePixelRatio);
      width = canvas.clientWidth;
      height = canvas.clientHeight;
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      stars = makeStars(starCount(width, height), seededRandom(7));
      marks = [];
    },
    /** Wipes only where stars stood: clearing the whole canvas is most of a frame's cost. */
    paint(seconds: number) {
      for (const { x, y, size } of marks) context.clearRect(x, y, size, size);
      marks = stars.map((star) => paintStar(context, star, inks[star.hue], width, height, seconds));
    },
  };
}

function inksOf(canvas: HTMLCanvasElement): Record<Star['hue'], string> {
  const style = getComputedStyle(canvas);
  return {
    plain: style.getPropertyValue('--star'),
    warm: style.getPropertyValue('--star-warm'),
    cool: style.getPropertyValue('--star-cool'),
  };
}

function paintStar(
  context: CanvasRenderingContext2D,
  star: Star,
  ink: string,
  width: number,
  height: number,
  seconds: number,
): { x: number; y: number; size: number } {
  const x = starX(star, seconds) * width;
  const y = star.y * height;
  context.globalAlpha = starOpacity(star, seconds);
  context.fillStyle = ink;
  context.beginPath();
  context.arc(x, y, star.radius, 0, 2 * Math.PI);
  context.fill();
  const reach = star.radius + 1;
  return { x: x - reach, y: y - reach, size: 2 * reach };
}
