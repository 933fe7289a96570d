#!/usr/bin/env bash
# The one entry on a server: a menu for people; every sub-command goes to bin/nebula.mjs as it is.
set -euo pipefail

here="$(cd -P -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd)"

# The Node that runs the plain-JavaScript launcher: any from 20 on, else the one that is installed here.
find_node() {
  local candidate
  for candidate in "$(command -v node || true)" "$here"/node_modules/node-linux-*/bin/node; do
    if [[ -x "$candidate" ]] && "$candidate" -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' 2>/dev/null; then
      printf '%s\n' "$candidate"
      return
    fi
  done
  printf 'Node.js 20 or newer is needed to start: install the package nodejs, or see https://nodejs.org.\n' >&2
  return 1
}

usage() {
  cat <<'TEXT'
Usage: ./homelab-manager.sh                  a menu
       ./homelab-manager.sh start [options]  start NebulaCommand in this terminal (Ctrl-C stops it)
       ./homelab-manager.sh stop             how to stop it
       ./homelab-manager.sh status           whether it answers
       ./homelab-manager.sh install          put the command nebula on the PATH
       ./homelab-manager.sh COMMAND ...      any command of nebula, such as: doctor, containers list, help
TEXT
}

stop_hint() {
  cat <<'TEXT'
Press Ctrl-C in the terminal where NebulaCommand runs, or send SIGTERM to the process that its start printed.
Installed as services: systemctl stop nebula nebula-broker
TEXT
}

nebula() {
  "$node" "$here/bin/nebula.mjs" "$@"
}

# A command that fails must not end the menu: it has told why, and its exit code is shown.
from_menu() {
  local code=0
  "$@" || code=$?
  if ((code != 0)); then printf '(exit code %d)\n' "$code"; fi
}

# Heading|title|questions, separated by commas|command; each answer is one more argument, or follows the option before it.
# An entry is shown when its command exists.
entries='
NebulaCommand|Does it answer?||about health
NebulaCommand|Check everything and say what to do||doctor
NebulaCommand|Start it in this terminal||:start
NebulaCommand|How to stop it||:stop
NebulaCommand|What needs attention||overview get
NebulaCommand|Settings||settings list
Containers|List||containers list
Containers|Details|Container|containers get
Containers|Restart|Container|containers restart
Containers|Start|Container|containers start
Containers|Stop|Container|containers stop
Containers|Logs|Container|containers logs
Containers|The engine||containers engine
Machine|Figures||system get
Machine|Processes||system processes
Machine|Services||system units
Machine|Log of a service|Service|system journal
Work|What was done (runs)||jobs list
Work|One run|Run|jobs get
Work|Schedules||jobs schedules
Work|Who did what (audit)||audit list
Work|Prove the audit||audit verify
Data|Back up the database|Directory to make --to|backup
Data|Prove a backup|Directory|backup verify
Data|Restore into a new installation|Directory of the backup --from|restore
Access|Make the account of an administrator|E-mail --email,Name --name|account create-admin --password-stdin
Access|Make a key for this machine and keep it|Name --name|account api-key --role admin --scopes * --save
Access|Keys||account list-keys
Access|Servers this machine knows||context list
Access|Sign in to a server|Address|sign-in
Command line|Put the command nebula on the PATH||install
Command line|Complete words with Tab||completion install
Command line|Find a command|Words|help
Command line|All commands||:help
'

# Fills titles, asked and commands with the entries whose command exists, and prints them.
show_menu() {
  local heading title questions command shown='' words
  titles=() asked=() commands=()
  printf '\nNebulaCommand\n'
  while IFS='|' read -r heading title questions command; do
    [[ -n "$command" ]] || continue
    words="${command%% -*}"
    if [[ "$command" != :* && "$known" != *$'\n'"$words"$'\n'* ]]; then continue; fi
    if [[ "$heading" != "$shown" ]]; then printf '\n%s\n' "$heading"; fi
    shown="$heading"
    titles+=("$title") asked+=("$questions") commands+=("$command")
    printf '  %2d) %s\n' "${#titles[@]}" "$title"
  done <<<"$entries"
  printf '\n   q) quit\n'
}

# Runs an entry; what a person answers is only ever an argument.
choose() {
  local command="${commands[$1]}" question option answer
  local -a questions words
  case "$command" in
    :start) from_menu "$node" "$here/start.mjs"; return ;;
    :stop) stop_hint; return ;;
    :help) from_menu nebula --help; return ;;
  esac
  IFS=' ' read -ra words <<<"$command"
  IFS=',' read -ra questions <<<"${asked[$1]}"
  for question in "${questions[@]}"; do
    option=''
    if [[ "$question" == *' --'* ]]; then option="--${question##* --}"; fi
    printf '%s: ' "${question%% --*}"
    read -r answer || return 0
    if [[ -z "$answer" ]]; then
      printf 'Nothing was done.\n'
      return
    fi
    if [[ -n "$option" ]]; then words+=("$option=$answer"); elif [[ "$answer" == -* ]]; then words+=(-- "$answer"); else words+=("$answer"); fi
  done
  printf '> nebula %s\n' "${words[*]}"
  from_menu nebula "${words[@]}"
}

menu() {
  local choice known
  local -a titles asked commands
  known=$'\n'"$(nebula help --list)"$'\n'
  show_menu
  while true; do
    printf '\nNumber, m for the menu, q to quit: '
    if ! read -r choice; then
      printf '\n'
      return
    fi
    case "$choice" in
      q | quit | exit) return ;;
      '' | m | menu) show_menu ;;
      *)
        if [[ "$choice" =~ ^[0-9]{1,3}$ ]] && ((10#$choice >= 1 && 10#$choice <= ${#titles[@]})); then
          choose $((10#$choice - 1))
        else
          printf 'Choose 1 to %d, m or q.\n' "${#titles[@]}"
        fi
        ;;
    esac
  done
}

case "${1-}" in
  -h | --help)
    usage
    exit 0
    ;;
  stop)
    stop_hint
    exit 0
    ;;
esac

node="$(find_node)"
case "${1-}" in
  '') menu ;;
  status) exec "$node" "$here/bin/nebula.mjs" about health "${@:2}" ;;
  start) exec "$node" "$here/start.mjs" "${@:2}" ;;
  *) exec "$node" "$here/bin/nebula.mjs" "$@" ;;
esac
