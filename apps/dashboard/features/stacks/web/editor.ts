import {
  autocompletion,
  closeBrackets,
  completionKeymap,
  type CompletionSource,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { completeAt } from './compose-keys.ts';
import { editorPhrases } from './copy.ts';

/** What is wrong at a line, as it is marked in the text. */
export interface Marked {
  line: number | null;
  message: string;
}

/** A text that is being edited. */
export interface Editor {
  mark(problems: readonly Marked[]): void;
  setText(text: string): void;
  close(): void;
}

/** Draws an editor into an element; YAML files are coloured and completed. */
export function openEditor(
  place: HTMLElement,
  {
    text,
    label,
    isYaml,
    isReadOnly,
    onChange,
  }: {
    text: string;
    label: string;
    isYaml: boolean;
    isReadOnly: boolean;
    onChange: (text: string) => void;
  },
): Editor {
  const view = new EditorView({
    parent: place,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        bracketMatching(),
        closeBrackets(),
        highlightActiveLine(),
        highlightSelectionMatches(),
        indentUnit.of('  '),
        EditorState.tabSize.of(2),
        EditorState.phrases.of({ ...editorPhrases }),
        EditorState.readOnly.of(isReadOnly),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': label, translate: 'no', spellcheck: 'false' }),
        ...(isYaml ? [yaml(), autocompletion({ override: [complete] })] : []),
        lintGutter(),
        syntaxHighlighting(colours),
        look,
        keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap, ...searchKeymap, indentWithTab]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    mark(problems) {
      view.dispatch(
        setDiagnostics(
          view.state,
          problems.map((problem) => diagnosticOf(view.state, problem)),
        ),
      );
    },
    setText(next) {
      if (next === view.state.doc.toString()) return;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
    },
    close: () => view.destroy(),
  };
}

const complete: CompletionSource = (context) => {
  const line = context.state.doc.lineAt(context.pos);
  const lines = context.state.doc.sliceString(0, line.to).split('\n');
  const found = completeAt(lines, context.pos - line.from, context.state.doc.toString());
  if (found === null) return null;
  const from = line.from + found.from;
  if (from === context.pos && !context.explicit) return null;
  return {
    from,
    options: found.words.map(({ word, kind }) => ({
      label: word,
      type: kind === 'key' ? 'property' : 'constant',
      apply: kind === 'key' ? `${word}: ` : word,
    })),
    validFor: /^[\w-]*$/,
  };
};

function diagnosticOf({ doc }: EditorState, { line, message }: Marked): Diagnostic {
  const at = doc.line(Math.min(Math.max(line ?? 1, 1), doc.lines));
  return { from: at.from, to: at.to, severity: 'error', message };
}

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--link)' },
  { tag: [tags.string, tags.content], color: 'var(--text-1)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--live)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--text-3)' },
  { tag: [tags.keyword, tags.meta, tags.labelName], color: 'var(--warning)' },
  { tag: [tags.separator, tags.punctuation, tags.squareBracket, tags.brace], color: 'var(--text-2)' },
]);

const look = EditorView.theme({
  '&': { color: 'var(--text-1)', backgroundColor: 'var(--canvas)', fontSize: '0.875rem', maxHeight: '60dvh' },
  '.cm-scroller': { fontFamily: 'var(--type-mono)', lineHeight: '1.6', overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--accent)', paddingBlock: '0.5rem' },
  '.cm-cursor': { borderLeftColor: 'var(--accent)' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-2px' },
  '.cm-gutters': {
    backgroundColor: 'var(--panel)',
    color: 'var(--text-3)',
    borderRight: '1px solid var(--hairline)',
  },
  '.cm-activeLine': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLine': { boxShadow: 'inset 2px 0 0 var(--accent)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--hover)',
  },
  '.cm-matchingBracket': { backgroundColor: 'var(--hover)', outline: '1px solid var(--control-border)' },
  '.cm-selectionMatch': { backgroundColor: 'var(--raised)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--raised)',
    color: 'var(--text-1)',
    border: '1px solid var(--control-border)',
  },
  '.cm-tooltip-autocomplete > ul > li': { paddingBlock: '0.25rem' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--primary-fill)',
    color: 'var(--on-fill)',
  },
  '.cm-panels': { backgroundColor: 'var(--panel)', color: 'var(--text-1)', borderColor: 'var(--hairline)' },
  '.cm-panels input, .cm-panels button': {
    backgroundColor: 'var(--canvas)',
    backgroundImage: 'none',
    color: 'var(--text-1)',
    border: '1px solid var(--control-border)',
  },
  '.cm-diagnostic': { borderLeftColor: 'var(--danger)', color: 'var(--text-1)' },
});
