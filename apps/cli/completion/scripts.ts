import type { Place } from './tree.ts';

/** Shells that completion is made for. */
export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** True for the name of such a shell. */
export function isShell(name: string): name is Shell {
  return shells.some((known) => known === name);
}

/** A completion script for a shell; it holds the whole tree and asks `nebula` for names only. */
export function completionScript(name: Shell, places: Place[]): string {
  if (name === 'bash') return bash(places);
  return name === 'zsh' ? zsh(places) : fish(places);
}

/** bash(1), "Programmable Completion". */
function bash(places: Place[]): string {
  return `# nebula completion bash > /etc/bash_completion.d/nebula
_nebula() {
  local place='' words='' word i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case "$place $word" in
      ${known(places)}) place="$place $word" ;;
    esac
  done
  case "$place \${COMP_WORDS[COMP_CWORD - 1]}" in
${choicesOf(places, (values) => `words=${quoted(values.join(' '))}`)}
    *)
      case "$place" in
${casesOf(places, ({ words }) => `words=${quoted(words.map(({ word }) => word).join(' '))}`)}
      esac ;;
  esac
  word=\${COMP_WORDS[COMP_CWORD]}
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
  case "$place" in
    ${named(places)})
      [[ $word == -* ]] || while IFS= read -r i; do
        [[ $i == "$word"* ]] && COMPREPLY+=("$i")
      done < <(command nebula completion values $place 2>/dev/null) ;;
  esac
}
complete -o default -F _nebula nebula
`;
}

/** zshcompsys(1). */
function zsh(places: Place[]): string {
  const described = ({ words }: Place) =>
    words.map(({ word, help }) => quoted(`${word}:${help.replaceAll(':', '\\:')}`)).join(' ');
  return `#compdef nebula
# nebula completion zsh > "\${fpath[1]}/_nebula"
_nebula() {
  local place='' word
  local -a candidates
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$place $word" in
      ${known(places)}) place="$place $word" ;;
    esac
  done
  case "$place \${words[CURRENT-1]}" in
${choicesOf(places, (values) => `candidates=(${values.map(quoted).join(' ')})`)}
    *)
      case "$place" in
${casesOf(places, (place) => `candidates=(${described(place)})`)}
      esac ;;
  esac
  case "$place" in
    ${named(places)})
      if [[ "\${words[CURRENT]}" != -* ]]; then
        local -a names
        names=("\${(@f)$(command nebula completion values \${=place} 2>/dev/null)}")
        candidates+=("\${(@)names//:/\\\\:}")
      fi ;;
  esac
  _describe nebula candidates || _files
}
if [ "$funcstack[1]" = _nebula ]; then _nebula "$@"; else compdef _nebula nebula; fi
`;
}

/** fish: complete(1). */
function fish(places: Place[]): string {
  const paths = places.filter(({ path }) => path !== '').map(({ path }) => quoted(` ${path}`));
  const lines = places.flatMap(({ path, words, choices, hasNames }) => {
    const here = `-n ${quoted(`__nebula_at "${keyOf(path)}"`)}`;
    return [
      ...(hasNames
        ? [
            `complete -c nebula ${here} -f -a ${quoted(`(command nebula completion values ${path} 2>/dev/null)`)}`,
          ]
        : []),
      ...words.map(({ word, help }) =>
        word.startsWith('--')
          ? `complete -c nebula ${here} -l ${word.slice(2)} -d ${quoted(help)}`
          : `complete -c nebula ${here} -f -a ${word} -d ${quoted(help)}`,
      ),
      ...choices.map(
        ({ option, values }) =>
          `complete -c nebula ${here} -x -l ${option.slice(2)} -a ${quoted(values.join(' '))}`,
      ),
    ];
  });
  return `# nebula completion fish > ~/.config/fish/completions/nebula.fish
function __nebula_at
  set -l place ''
  for word in (commandline -opc)[2..-1]
    if contains -- "$place $word" ${paths.join(' ')}
      set place "$place $word"
    end
  end
  test "$place" = "$argv[1]"
end
${lines.join('\n')}
`;
}

function known(places: Place[]): string {
  return places
    .filter(({ path }) => path !== '')
    .map(({ path }) => quoted(keyOf(path)))
    .join(' | ');
}

/** Places after which the server has names. No place has this name when it knows none. */
function named(places: Place[]): string {
  const found = places.filter(({ hasNames }) => hasNames).map(({ path }) => quoted(keyOf(path)));
  return found.length === 0 ? quoted('nowhere') : found.join(' | ');
}

function casesOf(places: Place[], body: (place: Place) => string): string {
  return places.map((place) => `        ${quoted(keyOf(place.path))}) ${body(place)} ;;`).join('\n');
}

function choicesOf(places: Place[], body: (values: string[]) => string): string {
  return places
    .flatMap(({ path, choices }) =>
      choices.map(({ option, values }) => `    ${quoted(`${keyOf(path)} ${option}`)}) ${body(values)} ;;`),
    )
    .join('\n');
}

/** A place as the scripts build it up: each word with a blank before it. */
function keyOf(path: string): string {
  return path === '' ? '' : ` ${path}`;
}

/** One word for any of the shells; a quote in it ends the quotes, stands by itself, and begins them again. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
