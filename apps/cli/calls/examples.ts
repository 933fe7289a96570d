/** Examples in the help of calls, by `feature.endpoint`. */
export const examples: Record<string, string[]> = {
  'containers.list': ['containers list --search web --limit 20', 'containers list --state exited --json'],
  'containers.stop': ['containers stop web-1', 'containers stop web-1 --body \'{"graceSeconds":60}\''],
  'containers.kill': ['containers kill web-1 --signal SIGHUP'],
  'containers.rename': ['containers rename web-1 --name shop'],
  'containers.remove': [
    'containers remove old --name old',
    'containers remove old --name old --is-forced --volumes old-data',
  ],
  'containers.bulk': ['containers bulk --verb restart --ids ID,ID'],
  'containers.create': [
    'containers create --name web --image nginx:1.27',
    'containers create --body - < web.json',
  ],
  'images.check': ['images check', 'images check --image nginx:1.27'],
  'images.saveLogin': ['images save-login --registry ghcr.io --username me --password-stdin < token'],
  'containers.get': ['containers get web-1', 'containers get 3f2a'],
  'containers.restart': ['containers restart web-1', 'containers restart web-1 --no-wait --quiet'],
  'account.createKey': [
    'account create-key --name ci --scopes containers:read,jobs:read',
    'account create-key --name backup --scopes "*" --role admin --no-expires-in-days',
  ],
  'audit.list': ['audit list --action containers.restart', 'audit list --outcome denied --all --json'],
  'audit.verify': ['audit verify || echo "look at the findings"'],
  'jobs.resolve': ['jobs resolve ID --verdict done'],
  'live.events': ['live events | head -n 20'],
};
