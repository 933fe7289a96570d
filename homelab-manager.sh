#!/usr/bin/env bash
# The one entry on a server: a menu for people; every sub-command goes to `nebula` as it is.
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

menu() {
  local choice
  while true; do
    printf '\nNebulaCommand\n  1) status\n  2) doctor\n  3) start\n  4) how to stop\n  5) containers\n  6) help\n  q) quit\n> '
    if ! read -r choice; then
      printf '\n'
      return
    fi
    case "$choice" in
      1 | status) from_menu nebula about health ;;
      2 | doctor) from_menu nebula doctor ;;
      3 | start) from_menu "$node" "$here/start.mjs" ;;
      4 | stop) stop_hint ;;
      5 | containers) from_menu nebula containers list ;;
      6 | help) from_menu nebula --help ;;
      q | quit | exit) return ;;
      '') ;;
      *) printf 'Choose 1 to 6, or q.\n' ;;
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
