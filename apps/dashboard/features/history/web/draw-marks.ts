import type uPlot from 'uplot';
import { type Mark, markAt, reach } from './marks.ts';

/** What a chart shows across its line, and what it does with clicks. */
export interface Marked {
  marks: readonly Mark[];
  onMark: (id: string) => void;
  /** A place without a mark was clicked at (ms since 1970). */
  onPick?: ((at: number) => void) | undefined;
  /** An instant that is looked at (ms since 1970). */
  at?: number | undefined;
}

/** Colours of marks, and of the instant that is looked at. */
export interface MarkInks {
  at: string;
  tones: Record<Mark['tone'], string>;
}

/** How much of a tint lies over what lasted a while. */
const tint = 0.12;

/** Draws marks in front of the figures: a line each, and a tint over what lasted a while. */
export function drawMarks(self: uPlot, { marks, at }: Marked, ink: MarkInks): void {
  const { ctx } = self;
  ctx.save();
  for (const mark of marks) drawSpan(self, mark, ink.tones[mark.tone]);
  const dash = 3 * devicePixelRatio;
  for (const mark of marks)
    drawLine(self, mark.at, { colour: ink.tones[mark.tone], dash: [dash, dash], width: 1 });
  if (at !== undefined) drawLine(self, at, { colour: ink.at, dash: [], width: 1.5 });
  ctx.restore();
}

function drawSpan(self: uPlot, { at, until }: Mark, colour: string): void {
  if (until === null) return;
  const { ctx, bbox } = self;
  const start = Math.max(placeOf(self, at), bbox.left);
  const width = Math.min(placeOf(self, until), bbox.left + bbox.width) - start;
  if (width < 1) return;
  ctx.globalAlpha = tint;
  ctx.fillStyle = colour;
  ctx.fillRect(start, bbox.top, width, bbox.height);
  ctx.globalAlpha = 1;
}

interface Line {
  colour: string;
  dash: number[];
  width: number;
}

function drawLine(self: uPlot, at: number, { colour, dash, width }: Line): void {
  const { ctx, bbox } = self;
  const x = Math.round(placeOf(self, at));
  if (x < bbox.left || x > bbox.left + bbox.width) return;
  ctx.beginPath();
  ctx.setLineDash(dash);
  ctx.lineWidth = width * devicePixelRatio;
  ctx.strokeStyle = colour;
  ctx.fillStyle = colour;
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.fillRect(x - 3 * devicePixelRatio, bbox.top, 6 * devicePixelRatio, 4 * devicePixelRatio);
}

function placeOf(self: uPlot, at: number): number {
  return self.valToPos(at / 1000, 'x', true);
}

/** A click is meant for the mark under it, else for the instant; one that ends a drag is neither. */
export function hearClicks(self: uPlot, newest: () => Marked): void {
  const { over } = self;
  let pressed = 0;
  over.addEventListener('pointerdown', (event) => (pressed = event.clientX));
  over.addEventListener('pointermove', (event) => {
    const found = under(self, event, newest().marks);
    over.style.cursor = found === null ? '' : 'pointer';
    over.title = found?.title ?? '';
  });
  over.addEventListener('pointerup', (event) => {
    if (Math.abs(event.clientX - pressed) > 4) return;
    const { marks, onMark, onPick } = newest();
    const found = under(self, event, marks);
    if (found !== null) onMark(found.id);
    else onPick?.(self.posToVal(event.clientX - over.getBoundingClientRect().left, 'x') * 1000);
  });
}

function under(self: uPlot, event: PointerEvent, marks: readonly Mark[]): Mark | null {
  const x = event.clientX - self.over.getBoundingClientRect().left;
  const within = event.pointerType === 'touch' ? reach.coarse : reach.fine;
  return markAt(marks, x, ({ at }) => self.valToPos(at / 1000, 'x'), within);
}
