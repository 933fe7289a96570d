import { join } from 'node:path';
import { createStatsReader } from './container-stats.ts';
import { createEngineClient } from './engine.ts';
import { createGrants } from './grants.ts';
import { serveHost } from './host-server.ts';
import { createHostVerbs } from './host-verbs.ts';
import { createPathJudge } from './host-paths.ts';
import type { JudgeParts } from './judge.ts';
import { listenOn } from './listen.ts';
import type { Log } from './log.ts';
import { createExecRegister } from './object-checks.ts';
import { serveDocker } from './proxy.ts';
import { createProxyAdmin } from './proxy-verbs.ts';
import type { Settings } from './settings.ts';
import { createUnits } from './units.ts';

/** A running broker; disposing closes its sockets and cuts every connection. */
export interface Broker extends AsyncDisposable {
  dockerSocket: string;
  hostSocket: string;
}

/** Opens both sockets. The engine is not needed for that: requests are answered with 503 while it is away. */
export async function startBroker(settings: Settings, now: () => Date, log: Log): Promise<Broker> {
  const parts: JudgeParts = {
    engine: createEngineClient(settings.engine),
    paths: createPathJudge(settings.appRoots),
    grants: createGrants(settings.grantKey, now),
    execs: createExecRegister(now),
  };
  const verbs = createHostVerbs(
    createUnits({ patterns: settings.units }),
    createProxyAdmin(settings.caddyAdmin, settings.siteRoots),
    createStatsReader(settings.engine),
    settings.ddclientFiles,
  );
  await using stack = new AsyncDisposableStack();
  const docker = stack.use(
    await listenOn(
      join(settings.socketDir, 'docker.sock'),
      settings.clientGid,
      (socket) => void serveDocker(socket, parts, log),
    ),
  );
  const host = stack.use(
    await listenOn(
      join(settings.socketDir, 'host.sock'),
      settings.clientGid,
      (socket) => void serveHost(socket, verbs, log),
    ),
  );
  const opened = stack.move();
  return {
    dockerSocket: docker.path,
    hostSocket: host.path,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
