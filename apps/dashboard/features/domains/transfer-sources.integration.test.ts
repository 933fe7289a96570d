import { startZoneEdit } from '@nebula/testbed';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Caller, json } from '../../testing.ts';
import { type DomainGround, domainGround, transferAs, verdictsOf } from './testing.ts';

let ground: DomainGround;
let admin: Caller;
/** Makes names different when a test is tried a second time. */
let run = 0;

beforeAll(async () => {
  ground = await domainGround(inject('postgres'));
  ({ send, found } = transferAs(await ground.app.as('operator')));
  admin = await ground.app.as('admin', ['*', 'account:skip-step-up']);
});
afterAll(() => ground[Symbol.asyncDispose]());

const label = () => `t${(run += 1)}-${Date.now().toString(36)}`;
let send: ReturnType<typeof transferAs>['send'];
let found: ReturnType<typeof transferAs>['found'];

describe('a Caddyfile', () => {
  test('of twelve sites and two redirects becomes domains, and says what is not taken over', async () => {
    // Left by a first try.
    await ground.app.app.resources.database.sql.execute('delete from domains');
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
	basicauth {
		anna $2a$14$Zkx19XLiW6VYouLHR5NmfOFU0z2GTNmpkT/5qqR7hx4IjWJPDhjvG
	}
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
      accounts: ['anna'],
    });
    expect(wiki?.notes.some(({ code }) => code === 'accounts-locked')).toBe(false);
    const audit = await (await admin.fetch('/api/audit?action=domains.import')).text();
    expect(audit).toContain('anna');
    expect(audit).not.toContain('Zkx19XLiW6');
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
    expect(verdictsOf(done)).toContain(`www.${id}.home.test new create`);
    expect(await found(id)).toMatchObject([
      {
        name: `www.${id}.home.test`,
        dns: { kind: 'provider', providerId: ground.providerId, zone: 'home.test' },
      },
    ]);
    expect(verdictsOf(await send({ text, isDryRun: true }))).toContain(`www.${id}.home.test same nothing`);
  });

  test('is read only for who may see records', async () => {
    const narrow = await ground.app.as('operator', ['domains:write']);
    const body = {
      format: 'provider-zone',
      providerId: ground.providerId,
      zone: ground.zone,
      isDryRun: true,
    };
    const refused = await narrow.fetch('/api/domains/import', json('POST', body));
    expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('dns:read')]);
    const allowed = await ground.app.as('operator', ['domains:write', 'dns:read']);
    expect((await allowed.fetch('/api/domains/import', json('POST', body))).status).toBe(200);
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
    expect(verdictsOf(panel)).toContain(`b.ze-${zone} needs-target nothing`);
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
