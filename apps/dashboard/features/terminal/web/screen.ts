import { FitAddon } from '@xterm/addon-fit';
import { type ITheme, Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';

/** The terminal as it is drawn. */
export interface Screen {
  write(text: string): void;
  /** Fits it into its place; answers the size in letters. */
  fit(): { columns: number; rows: number };
  setTextSize(pixels: number): void;
  selection(): string;
  paste(text: string): void;
  focus(): void;
  close(): void;
}

/** Smallest and biggest text, in pixels. */
export const textSizes = { least: 10, usual: 14, most: 28 } as const;

/** Draws a terminal into an element in the colours of the theme. */
export function openScreen(
  place: HTMLElement,
  label: string,
  {
    onTyped,
    onSize,
    onLeave,
  }: {
    onTyped: (text: string) => void;
    onSize: (columns: number, rows: number) => void;
    /** The keyboard goes on behind the terminal, which takes every other key. */
    onLeave: () => void;
  },
): Screen {
  const role = (name: string) => getComputedStyle(place).getPropertyValue(`--${name}`).trim();
  const terminal = new Terminal({
    allowProposedApi: false,
    cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    fontFamily: role('type-mono'),
    fontSize: textSizes.usual,
    scrollback: 5000,
    screenReaderMode: false,
    theme: themeOf(role),
    // A program may not set links that look like something else.
    linkHandler: { activate: () => undefined },
  });
  const fitting = new FitAddon();
  terminal.loadAddon(fitting);
  terminal.open(place);
  terminal.textarea?.setAttribute('aria-label', label);
  terminal.onData(onTyped);
  terminal.onResize(({ cols, rows }) => onSize(cols, rows));
  terminal.attachCustomKeyEventHandler((event) => {
    if (event.key === 'Escape' && event.ctrlKey && event.shiftKey) {
      onLeave();
      return false;
    }
    const isCopy = event.ctrlKey && event.shiftKey && event.code === 'KeyC';
    if (isCopy && event.type === 'keydown' && terminal.hasSelection()) {
      event.preventDefault();
      void navigator.clipboard?.writeText(terminal.getSelection()).catch(() => undefined);
      return false;
    }
    // The browser's own paste then comes as text.
    return !(event.ctrlKey && event.shiftKey && event.code === 'KeyV');
  });
  const fit = () => {
    fitting.fit();
    return { columns: terminal.cols, rows: terminal.rows };
  };
  const observer = new ResizeObserver(() => fit());
  observer.observe(place);
  const themes = new MutationObserver(() => {
    terminal.options.theme = themeOf(role);
  });
  themes.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return {
    write: (text) => terminal.write(text),
    fit,
    setTextSize(pixels) {
      terminal.options.fontSize = pixels;
      fit();
    },
    selection: () => terminal.getSelection(),
    paste: (text) => terminal.paste(text),
    focus: () => terminal.focus(),
    close() {
      observer.disconnect();
      themes.disconnect();
      terminal.dispose();
    },
  };
}

/** The sixteen colours of terminals as roles of the theme. */
function themeOf(role: (name: string) => string): ITheme {
  const [black, red, green, yellow] = [role('hairline'), role('danger'), role('success'), role('warning')];
  const [blue, magenta, cyan, white] = [role('info'), role('link'), role('live'), role('text-2')];
  return {
    background: role('canvas'),
    foreground: role('text-1'),
    cursor: role('accent'),
    cursorAccent: role('canvas'),
    selectionBackground: role('primary-fill'),
    selectionForeground: role('on-fill'),
    ...{ black, red, green, yellow, blue, magenta, cyan, white },
    ...{ brightBlack: role('text-3'), brightRed: red, brightGreen: green, brightYellow: yellow },
    ...{ brightBlue: blue, brightMagenta: magenta, brightCyan: cyan, brightWhite: role('text-1') },
  };
}
