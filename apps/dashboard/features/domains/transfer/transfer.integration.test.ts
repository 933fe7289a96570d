import { startZoneEdit } from '@nebula/testbed';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Caller, json } from '../../../testing.ts';
import type { Domain, DomainEvent } from '../contract.ts';
import type { Imported, ImportRow } from '../contract-transfer.ts';
import { updateDomain } from '../store.ts';
import { type DomainGround, domainGround } from '../testing.ts';

let ground: DomainGround;
let operator: Caller;
let viewer: Caller;
let admin: Caller;
/** Makes names different when a test is tried a second time. */
let run = 0;

beforeAll(async () => {
  ground = await domainGround(inject('postgres'));
  operator = await ground.app.as('operator');
  viewer = await ground.app.as('viewer');
  admin = await ground.app.as('admin', ['*', 'account:skip-step-up']);
});
afterAll(() => ground[Symbol.asyncDispose]());

type Problem = {
  code?: string;
  detail?: string;
  status?: number;
  fields?: { path: string; message: string }[];
};

async function send<T = Imported>(body: object, caller = operator): Promise<T & Problem> {
  return (await (await caller.fetch('/api/domains/import', json('POST', body))).json()) as T & Problem;
}

const label = () => `t${(run += 1)}-${Date.now().toString(36)}`;
const exported = async (format: string) =>
  await (await viewer.fetch(`/api/domains/export?format=${format}`)).text();
const found = async (name: string) =>
  ((await (await viewer.fetch(`/api/domains?search=${name}`)).json()) as { items: Domain[] }).items;
const short = ({ rows }: Imported) =>
  rows.map(({ name, verdict, does }: ImportRow) => `${name} ${verdict} ${does}`);

describe('what is exported', () => {
  test('is found to be the same, and is what it was when it is imported anew', async () => {
    const name = `${label()}.${ground.zone}`;
    const body = {
      ...{ name, note: `=HYPERLINK("http://x")\n'quoted', "twice"\t` },
      target: {
        kind: 'addresses',
        upstreams: [{ host: '::1', port: 81 }],
        isTls: true,
        isUnverified: true,
        balance: 'first',
      },
      options: {
        snippet: 'header X-A "a, b"\nrespond /x "=1+1"',
        responseHeaders: [
          { name: 'X-B', value: '@"c"' },
          { name: 'Server', value: null },
        ],
        redirects: [{ from: '/a', to: '/b,c', status: 308 }],
        retrySeconds: 0,
      },
      dns: { kind: 'provider', providerId: ground.providerId, zone: ground.zone },
      followsAddress: false,
    };
    const made = (await (await operator.fetch('/api/domains', json('POST', body))).json()) as Domain;
    for (const format of ['json', 'csv']) {
      const text = await exported(format);
      const looked = await send({ text, isDryRun: true });
      expect(looked).toMatchObject({ format, isDone: false, created: 0, changed: 0 });
      expect(short(looked)).toContain(`${name} same nothing`);
      const elsewhere = `${label()}.${ground.zone}`;
      const again = await send({ text: text.replaceAll(name, elsewhere) });
      expect(again).toMatchObject({ isDone: true, created: 1 });
      const [copy] = await found(elsewhere);
      const { target, options, dns, note, followsAddress } = made;
      expect(copy).toMatchObject({ target, options, dns, note, followsAddress, status: 'new' });
      expect(again.rows.find((row) => row.name === elsewhere)).toMatchObject({ id: copy?.id });
      await ground.app.app.resources.database.sql.execute(`delete from domains where name = '${elsewhere}'`);
    }
    expect(await exported('csv')).toContain(`"'=HYPERLINK(""http://x"")`);
  });

  test('has a name and a type that browsers keep it by', async () => {
    const response = await viewer.fetch('/api/domains/export?format=csv');
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('content-disposition')).toMatch(/filename="domains-\d{4}-\d\d-\d\d\.csv"/);
  });
});

describe('an import', () => {
  test('is all or nothing, in one transaction, unless invalid rows are left out', async () => {
    const id = label();
    const text = `name,kind,leads_to\n${id}-a.home.test,container,web:80\n${id}-b.home.test,container,web:0\n${id}-a.home.test,container,x:1\n`;
    const looked = await send({ text, isDryRun: true });
    expect(short(looked)).toEqual([
      `${id}-a.home.test new create`,
      `${id}-b.home.test invalid nothing`,
      `${id}-a.home.test invalid nothing`,
    ]);
    expect(looked.rows.map(({ line, why }) => [line, why?.code])).toEqual([
      [2, undefined],
      [3, 'field'],
      [4, 'twice'],
    ]);
    expect(await send({ text })).toMatchObject({
      code: 'ROWS_INVALID',
      fields: [{ path: 'body.text:3' }, { path: 'body.text:4' }],
    });
    expect(await found(id)).toEqual([]);
    expect(await send({ text, leavesOutInvalid: true })).toMatchObject({ isDone: true, created: 1 });
    const [domain] = await found(id);
    expect(domain).toMatchObject({ name: `${id}-a.home.test`, status: 'new', isChanged: false });
    const events = (await (await viewer.fetch(`/api/domains/${domain?.id}/events`)).json()) as {
      items: DomainEvent[];
    };
    expect(events.items).toMatchObject([{ kind: 'created', actor: 'operator' }]);
    const audit = (await (await admin.fetch('/api/audit?action=domains.import')).json()) as {
      items: { outcome: string }[];
    };
    expect(audit.items.map(({ outcome }) => outcome)).toEqual(expect.arrayContaining(['done', 'failed']));
  });

  test('changes a domain only where that is wanted, and says that its next run makes it so', async () => {
    const name = `${label()}.home.test`;
    const row = (port: number, note: string) =>
      JSON.stringify([{ name, target: { kind: 'container', name: 'web', port }, note }]);
    await send({ text: row(80, 'first') });
    const [before] = await found(name);
    await updateDomain(ground.app.app.resources.database.sql, before?.id ?? '', { status: 'active' });

    expect(short(await send({ text: row(81, '') }))).toEqual([`${name} conflict nothing`]);
    expect((await found(name))[0]).toMatchObject({ version: 1, isChanged: false });
    const merged = await send({ text: row(81, ''), onConflict: 'merge' });
    expect(merged.rows[0]).toMatchObject({
      ...{ verdict: 'conflict', does: 'change', id: before?.id },
      differences: [
        { field: 'leads_to', here: 'container web:80', there: 'container web:81' },
        { field: 'note', here: 'first', there: '' },
      ],
    });
    expect((await found(name))[0]).toMatchObject({
      ...{ version: 2, note: 'first', isChanged: true, status: 'active' },
      target: { port: 81 },
    });
    await send({ text: row(82, ''), choices: [{ name, does: 'overwrite' }] });
    expect((await found(name))[0]).toMatchObject({ version: 3, note: '', target: { port: 82 } });
    const out = { text: row(83, ''), onConflict: 'overwrite', choices: [{ name, does: 'leave-out' }] };
    expect(short(await send(out))).toEqual([`${name} conflict nothing`]);
  });

  test('takes ten thousand rows, all of them or none', async () => {
    const id = label();
    const rows = Array.from(
      { length: 10_000 },
      (_, at) => `${id}-${at}.many.test,container,web:80,note ${at}`,
    );
    const text = `name,kind,leads_to,note\n${rows.join('\n')}\n`;
    expect(await send({ text: `${text}${id}-more.many.test,container,web:80,x\n` })).toMatchObject({
      code: 'TOO_MANY_ROWS',
    });
    const done = await send({ text });
    expect(done).toMatchObject({ isDone: true, created: 10_000, counts: { new: 10_000 } });
    const edited = text.replaceAll(',note ', ',another ');
    expect(await send({ text: edited, onConflict: 'overwrite' })).toMatchObject({ changed: 10_000 });
    expect(await send({ text: edited, isDryRun: true })).toMatchObject({ counts: { same: 10_000 } });
    const out = (await exported('csv')).split('\r\n').filter((line) => line.includes('.many.test'));
    expect(out).toHaveLength(10_000);
    await ground.app.app.resources.database.sql.execute(`delete from domains where name like '%.many.test'`);
  }, 240_000);

  test.each([
    [{ text: 'not json', format: 'json' }, 422, 'FILE_UNREADABLE'],
    [{ text: '{"items":[]}', format: 'json' }, 422, 'FILE_UNREADABLE'],
    [{ text: 'name,owner\na.home.test,x\n', format: 'csv' }, 422, 'FILE_UNREADABLE'],
    [{ text: 'kind,leads_to\ncontainer,a:1\n', format: 'csv' }, 422, 'FILE_UNREADABLE'],
    [{ text: '   ' }, 422, 'FILE_UNREADABLE'],
    [{ text: 'a.home.test {\n\tnonsense\n}\n', format: 'caddyfile' }, 422, 'FILE_UNREADABLE'],
    [{ format: 'csv' }, 400, 'BAD_INPUT'],
    [{ text: 'x', format: 'provider-zone', zone: 'home.test' }, 400, 'BAD_INPUT'],
    [{ text: 'x', format: 'xml' }, 400, 'BAD_INPUT'],
    [{ text: 'x'.repeat(11 * 1024 * 1024) }, 413, 'TOO_LARGE'],
    [
      { format: 'provider-zone', providerId: '01890000-0000-7000-8000-00000000000f', zone: 'home.test' },
      422,
      'PROVIDER_UNKNOWN',
    ],
  ])('of %.80j is refused', async (body, status, code) => {
    const response = await operator.fetch('/api/domains/import', json('POST', body));
    expect([response.status, ((await response.json()) as Problem).code]).toEqual([status, code]);
  });

  test('finds texts that no database keeps to be invalid, and goes on', async () => {
    const target = { kind: 'container', name: 'web', port: 80 };
    const id = label();
    const rows = [
      { name: `${id}-a.home.test`, target, note: 'a\0b' },
      { name: `${id}-b.home.test`, target, note: 'a\ud800b' },
      { name: `${id}-c.home.test`, target, options: { snippet: 'respond "\udc00"' } },
      { name: `${id}-d.home.test`, target: { kind: 'redirect', to: 'https://x/\ud800' } },
      { name: `${id}-e\ud800.home.test`, target },
      { name: `${id}-f.home.test`, target, options: { compress: true } },
      { name: `${id}-g.home.test`, target, dns: { kind: 'provider', provider: 'nobody', zone: 'home.test' } },
      { name: `${id}-h.home.test`, target },
    ];
    const done = await send({ text: JSON.stringify(rows), leavesOutInvalid: true });
    expect(done.rows.map(({ verdict }) => verdict)).toEqual([...Array<string>(7).fill('invalid'), 'new']);
    expect(done.rows[5]?.why?.values).toMatchObject({ field: 'options.compress' });
    const csv = `name,kind,leads_to,note\n${id}-i.home.test,container,web:80,a\0b\n${id}-j.home.test,container,web:80,a\ud800b\n`;
    expect((await send({ text: csv, isDryRun: true })).counts).toMatchObject({ invalid: 2 });
  });

  test('is not for those who may only look', async () => {
    expect(await send({ text: '[]', isDryRun: true }, viewer)).toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('a Caddyfile', () => {
  test('of twelve sites and two redirects becomes domains, and says what is not taken over', async () => {
    const done = await send({ text: homelab, isDryRun: true });
    expect(done).toMatchObject({
      format: 'caddyfile',
      notes: [{ code: 'global-lost', values: { options: 'email' } }],
    });
    expect(done.rows.map(({ name, verdict, leadsTo }) => `${name} ${verdict} ${leadsTo}`).toSorted()).toEqual(
      [
        'bot.rig-city.com new discord-bot:5000',
        'stream.rig-city.com new stream-bot:5000',
        'rig-city.com new rig-city-site:80',
        'www.rig-city.com new https://rig-city.com',
        'plex.evindrake.net new plex-server:32400',
        'n8n.evindrake.net new n8n:5678',
        'host.evindrake.net new homelab-dashboard:5000',
        'vnc.evindrake.net new vnc-desktop:80',
        'code.evindrake.net new code-server:8080',
        'game.evindrake.net new homelab-dashboard:5000',
        'scarletredjoker.com new scarletredjoker-web:80',
        'www.scarletredjoker.com new https://scarletredjoker.com',
        'home.evindrake.net new homeassistant:8123',
      ].toSorted(),
    );
    const code = done.rows.find(({ name }) => name === 'code.evindrake.net');
    expect(code?.notes).toMatchObject([{ code: 'lost', values: { directives: 'log' } }]);
    expect(await send({ text: homelab })).toMatchObject({ created: 13 });
    const kept = async (name: string) => (await found(name)).find((domain) => domain.name === name);
    expect(await kept('code.evindrake.net')).toMatchObject({
      target: { kind: 'container', name: 'code-server', port: 8080 },
      note: 'the editor',
      options: { streams: true, readTimeoutSeconds: 3600, writeTimeoutSeconds: 3600 },
      status: 'new',
    });
    expect(await kept('www.rig-city.com')).toMatchObject({
      target: { kind: 'redirect', to: 'https://rig-city.com', keepsPath: true, status: 301 },
    });
    expect(await kept('game.evindrake.net')).toMatchObject({
      options: { redirects: [{ from: '/', to: '/game-connect', status: 302 }] },
    });
    expect(await send({ text: homelab, isDryRun: true })).toMatchObject({ counts: { same: 13 } });
  });

  test('keeps as a snippet what has no form here, and leaves what no domain can be', async () => {
    const id = label();
    const text = `
# the wiki
${id}.home.test, www.${id}.home.test {
	@old path /old/*
	rewrite @old /new{uri}
	reverse_proxy 10.0.0.2:3000
	tls internal
}
files.${id}.home.test {
	root * /srv
	file_server
}
http://${id}.home.test {
	redir https://${id}.home.test{uri}
}
localhost {
	reverse_proxy 10.0.0.2:3001
}
:8080 {
	respond hello
}
`;
    const done = await send({ text });
    expect(done.rows.map(({ name, verdict }) => `${name} ${verdict}`).toSorted()).toEqual(
      [
        ' left',
        `${id}.home.test left`,
        `${id}.home.test new`,
        `files.${id}.home.test left`,
        'localhost left',
        `www.${id}.home.test new`,
      ].toSorted(),
    );
    const wiki = done.rows.find(({ name, verdict }) => name === `${id}.home.test` && verdict === 'new');
    expect(wiki?.notes.map(({ code }) => code)).toEqual(['others', 'kept-as-snippet', 'lost']);
    expect((await found(`www.${id}`))[0]).toMatchObject({
      ...{ note: 'the wiki', dns: { kind: 'provider', zone: 'home.test' } },
      options: { snippet: expect.stringContaining('rewrite @old /new{uri}') },
      target: { kind: 'addresses', upstreams: [{ host: '10.0.0.2', port: 3000 }] },
    });
  });
});

describe('a zone', () => {
  test('from a file gives names that wait for what they lead to', async () => {
    const id = label();
    const text = `$ORIGIN ${id}.home.test.\n$TTL 1h\n@ IN SOA ns1 host 1 2 3 4 5\n@ A 192.0.2.1\nwww CNAME @\nmail MX 10 mx\n$INCLUDE other\n`;
    const looked = await send({ text, isDryRun: true });
    expect(looked.format).toBe('zone-file');
    expect(looked.rows.map(({ name, line, verdict, why }) => [name, line, verdict, why?.code])).toEqual([
      [`mail.${id}.home.test`, 7, 'invalid', 'zone-line'],
      [`${id}.home.test`, 3, 'needs-target', 'needs-target'],
      [`www.${id}.home.test`, 5, 'needs-target', 'needs-target'],
      [`mail.${id}.home.test`, 6, 'left', 'no-address'],
    ]);
    const choices = [{ name: `www.${id}.home.test`, target: { kind: 'container', name: 'web', port: 80 } }];
    const done = await send({ text, choices, leavesOutInvalid: true });
    expect(short(done)).toContain(`www.${id}.home.test new create`);
    expect(await found(id)).toMatchObject([
      {
        name: `www.${id}.home.test`,
        dns: { kind: 'provider', providerId: ground.providerId, zone: 'home.test' },
      },
    ]);
    expect(short(await send({ text, isDryRun: true }))).toContain(`www.${id}.home.test same nothing`);
  });

  test('of PowerDNS and of ZoneEdit is read as it stands, and nothing in it is touched', async () => {
    const id = label();
    const zone = `${id}.test`;
    await ground.powerDns.addZone(zone, [{ name: `a.${zone}`, type: 'A', ttl: 60, values: ['192.0.2.1'] }]);
    const body = { format: 'provider-zone', providerId: ground.providerId, zone };
    const looked = await send({ ...body, isDryRun: true });
    expect(looked.rows.find(({ name }) => name === `a.${zone}`)).toMatchObject({
      ...{ verdict: 'needs-target', line: null },
      why: { values: { records: 'A 192.0.2.1' } },
    });
    const choices = [{ name: `a.${zone}`, target: { kind: 'container', name: 'web', port: 80 } }];
    expect(await send({ ...body, choices })).toMatchObject({ created: 1 });
    expect((await found(`a.${zone}`))[0]).toMatchObject({
      ...{ status: 'new', isServed: false },
      dns: { kind: 'provider', providerId: ground.providerId, zone },
    });
    expect(await ground.powerDns.rrset(zone, `a.${zone}`, 'A')).toEqual(['192.0.2.1']);

    await using zoneEdit = await startZoneEdit({ zones: [`ze-${zone}`] });
    zoneEdit.setRows(`ze-${zone}`, 'a', [{ host: 'b', ttl: 300, values: { ip: '192.0.2.2' } }]);
    const { user, password } = zoneEdit.account;
    const added = await admin.fetch(
      '/api/dns/providers',
      json('POST', {
        name: `ZoneEdit ${id}`,
        settings: { kind: 'zoneedit', panelUrl: zoneEdit.url, dynamicUrl: zoneEdit.url, username: user },
        secrets: { password },
      }),
    );
    const { id: providerId } = (await added.json()) as { id: string };
    const panel = await send({ format: 'provider-zone', providerId, zone: `ze-${zone}`, isDryRun: true });
    expect(short(panel)).toContain(`b.ze-${zone} needs-target nothing`);
    expect(zoneEdit.requests.filter((line) => line.includes('confirm'))).toEqual([]);
  });
});

/** Twelve sites and two redirects as a home server has them. */
const homelab = `
{
	email owner@evindrake.net
}

# the ticket bot
bot.rig-city.com {
	reverse_proxy discord-bot:5000 {
		header_up X-Forwarded-Proto {scheme}
	}
}
stream.rig-city.com {
	reverse_proxy stream-bot:5000 {
		header_up X-Forwarded-Proto {scheme}
	}
}
rig-city.com {
	reverse_proxy rig-city-site:80
}
www.rig-city.com {
	redir https://rig-city.com{uri} permanent
}
plex.evindrake.net {
	reverse_proxy plex-server:32400
}
n8n.evindrake.net {
	reverse_proxy n8n:5678
}
host.evindrake.net {
	reverse_proxy homelab-dashboard:5000
	header {
		Cache-Control "no-cache, no-store, must-revalidate"
		Pragma "no-cache"
	}
}
vnc.evindrake.net {
	reverse_proxy vnc-desktop:80
}
# the editor
code.evindrake.net {
	encode gzip
	header {
		X-Content-Type-Options nosniff
		X-Frame-Options SAMEORIGIN
		-Server
	}
	reverse_proxy code-server:8080 {
		flush_interval -1
		transport http {
			read_timeout 3600s
			write_timeout 3600s
		}
	}
	log {
		output file /var/log/caddy/code.log
	}
}
game.evindrake.net {
	redir / /game-connect
	reverse_proxy homelab-dashboard:5000
}
scarletredjoker.com {
	reverse_proxy scarletredjoker-web:80
}
www.scarletredjoker.com {
	redir https://scarletredjoker.com{uri} permanent
}
home.evindrake.net {
	reverse_proxy homeassistant:8123 {
		header_up Host {host}
		header_up X-Real-IP {remote_host}
		header_up Connection {>Connection}
		header_up Upgrade {>Upgrade}
	}
}
`;
