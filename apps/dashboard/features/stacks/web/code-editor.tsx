import { useEffect, useRef } from 'react';
import { type Editor, type Marked, openEditor } from './editor.ts';

/** Props of {@link CodeEditor}. */
export interface CodeEditorProps {
  text: string;
  label: string;
  isYaml: boolean;
  isReadOnly?: boolean;
  problems?: readonly Marked[];
  onChange: (text: string) => void;
}

const none: readonly Marked[] = [];

/** A text with colours, completion and marks; its code is fetched with the first page that edits. */
export function CodeEditor({
  text,
  label,
  isYaml,
  isReadOnly = false,
  problems = none,
  onChange,
}: CodeEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | null>(null);
  const first = useRef(text);
  const heard = useRef(onChange);
  heard.current = onChange;
  useEffect(() => {
    if (place.current === null) return undefined;
    const opened = openEditor(place.current, {
      ...{ text: first.current, label, isYaml, isReadOnly },
      onChange: (next) => heard.current(next),
    });
    editor.current = opened;
    return () => {
      editor.current = null;
      opened.close();
    };
  }, [label, isYaml, isReadOnly]);
  useEffect(() => {
    first.current = text;
    editor.current?.setText(text);
  }, [text]);
  useEffect(() => editor.current?.mark(problems), [problems]);
  return <div ref={place} className="min-h-48 min-w-0 overflow-hidden rounded-md border border-edge" />;
}
