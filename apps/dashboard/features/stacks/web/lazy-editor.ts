import { lazy } from 'react';

/** The editor is large and needed on these pages only, so it is fetched with the first text that is shown. */
export const CodeEditor = lazy(async () => ({ default: (await import('./code-editor.tsx')).CodeEditor }));
