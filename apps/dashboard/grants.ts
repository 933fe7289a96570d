import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { grantHeader, isLiftable, signGrant } from '@nebula/broker';
import type { Clock } from '@nebula/clock';
import type { SignGrant } from '@nebula/docker';
import { DriverError } from '@nebula/errors';

/** The whole minute: for the first one after its start the broker takes no shorter grants. */
const lifeSeconds = 60;

/**
 * Signs requests that the broker lets through only with a grant. The key is read each time: it is made anew whenever the broker
 * starts, and lies beside its sockets.
 */
export function grantSigner(brokerDir: string, clock: Clock): SignGrant {
  return ({ method, target, body, rules, actor, reason }) => {
    const key = keyIn(brokerDir);
    const request = { method, target, body, rules: rules.filter(isLiftable), actor, reason };
    return { [grantHeader]: signGrant(key, request, { now: clock.now(), ttlSeconds: lifeSeconds }) };
  };
}

function keyIn(brokerDir: string) {
  try {
    return createPrivateKey(readFileSync(join(brokerDir, 'grant-private.pem')));
  } catch (cause) {
    const message = 'The broker was started without a key for grants, so it lets nothing like this through.';
    throw new DriverError('unsupported', message, { cause });
  }
}
