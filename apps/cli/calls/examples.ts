import type { CallCommand } from './commands.ts';
import { type Field, kebab } from './fields.ts';

/** Examples for the help of a call: the ones below, else one made from what the call needs. */
export function examplesFor(call: CallCommand): string[] {
  return examples[`${call.feature}.${call.name}`] ?? [made(call)];
}

/** By `feature.endpoint`, where a made one would not say enough. */
const examples: Record<string, string[]> = {
  'certificates.bring': ['certificates bring chain.pem --ids ID --private-key-stdin < key.pem'],
  'containers.list': [
    'containers list --search web --limit 20',
    'containers list --state exited --output name,image',
    'containers list --watch',
  ],
  'containers.get': ['containers get web-1', 'containers get 3f2a --json'],
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
  'images.list': ['images list --use unused --all', 'images list --search nginx --output name,sizeBytes'],
  'images.remove': ['images remove nginx:1.25', 'images remove my/app:1 --name my/app:1'],
  'volumes.remove': ['volumes remove old-data --name old-data'],
  'networks.create': [
    'networks create --name backend --is-internal',
    'networks create --name lan --subnet 10.20.0.0/24',
  ],
  'networks.connect': ['networks connect backend --container ID'],
  'changes.list': ['changes list --app shop/web --kind died,out-of-memory'],
  'logs.download': [
    'logs download --app shop/web --since 2026-11-26T04:00:00Z --file web.log',
    'logs download --app shop/web --format gzip > web.log.gz',
  ],
  'stacks.list': ['stacks list', 'stacks list --state partly --output name,state,drift'],
  'stacks.apply': [
    'stacks apply shop --file ./compose.yaml',
    'stacks apply shop --file ./compose.yaml --agreed DIGEST',
  ],
  'stacks.up': ['stacks up shop', 'stacks up shop --services web,db'],
  'stacks.create': ['stacks create --body - < shop.json'],
  'stacks.convert': ["stacks convert --command 'docker run -d -p 8080:80 nginx:1.27' --output compose"],
  'stacks.output': ['stacks output RUN_ID'],
  'images.check': ['images check', 'images check --image nginx:1.27'],
  'images.saveLogin': ['images save-login --registry ghcr.io --username me --password-stdin < token'],
  'containers.restart': ['containers restart web-1', 'containers restart web-1 --no-wait --quiet'],
  'account.createKey': [
    'account create-key --name ci --scopes containers:read,jobs:read',
    'account create-key --name backup --scopes "*" --role admin --no-expires-in-days',
  ],
  'dns.addProvider': [
    'dns add-provider --body - < provider.json',
    'dns add-provider --body \'{"name":"Home","settings":{"kind":"powerdns","url":"http://127.0.0.1:8081"},"secrets":{"apiKey":"…"}}\'',
  ],
  'dns.records': ['dns records ID example.com', 'dns records ID example.com --type MX --all --json'],
  'dns.record': ['dns record ID example.com --name www --type A'],
  'dns.write': ['dns write ID example.com --name www --type A --values 192.0.2.1 --expected absent'],
  'dns.remove': [
    'dns remove ID example.com --name www --type A --typed-name www.example.com --expected VERSION',
  ],
  'dns.propagation': ['dns propagation ID example.com --name www --type A'],
  'domains.list': ['domains list', 'domains list --status failed --output name,problem'],
  'domains.create': [
    'domains create --body - < photos.json',
    'domains create --name old.example.com --target \'{"kind":"redirect","to":"https://example.com"}\' --dns \'{"kind":"elsewhere"}\'',
  ],
  'domains.update': [
    'domains update photos.example.com --version 3 --note "the family’s photos"',
    'domains update photos.example.com --version 3 --passwords-stdin < passwords.json',
  ],
  'domains.provision': [
    'domains provision photos.example.com',
    'domains provision photos.example.com --replaces-records',
  ],
  'domains.remove': ['domains remove photos.example.com --name photos.example.com'],
  'domains.export': [
    'domains export --format csv > domains.csv',
    'domains export --format json --file domains.json',
  ],
  'domains.import': [
    'domains import domains.csv --dry-run',
    'domains import Caddyfile --on-conflict merge',
    'domains import --format provider-zone --provider-id ID --zone example.com --dry-run',
  ],
  'audit.list': [
    'audit list --action containers.restart --from 7d',
    'audit list --outcome denied --all --json',
  ],
  'audit.verify': ['audit verify || echo "look at the findings"'],
  'jobs.resolve': ['jobs resolve ID --verdict done'],
  'live.events': ['live events --follow', 'live events | head -n 20'],
};

function made({ feature, name, exampleArguments, fields, endpoint, isList }: CallCommand): string {
  const options = fields.flatMap((field) => (field.isRequired ? [optionOf(field)] : []));
  const more =
    endpoint.kind === 'upload' ? ['--file ./file'] : isList && options.length === 0 ? ['--all'] : [];
  const words = [kebab(feature), kebab(name), ...exampleArguments, ...options, ...more].join(' ');
  return endpoint.kind === 'socket' ? `${words} < messages.jsonl` : words;
}

function optionOf({ option, type, isSecret, name }: Field): string {
  if (isSecret) return `--${option}-stdin`;
  if (type.kind === 'flag') return `--${option}`;
  return `--${option} ${sample(type, name)}`;
}

function sample(type: Field['type'], name: string): string {
  switch (type.kind) {
    case 'choice':
      return type.choices[0] ?? 'WORD';
    case 'number':
      return '10';
    case 'list':
      return `${sample(type.item, name)},${sample(type.item, name)}`;
    case 'json':
      return "'{}'";
    case 'flag':
      return 'true';
    case 'text':
      return kebab(name).replaceAll('-', '_').toUpperCase();
    default:
      return type satisfies never;
  }
}
