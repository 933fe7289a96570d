import { isIPv4 } from 'node:net';
import type { Json } from './json.ts';
import { endpoint, objectName } from './container-body.ts';
import {
  anyText,
  each,
  flag,
  isNeutral,
  list,
  map,
  object,
  only,
  power,
  type Shape,
  text,
  unless,
  whole,
} from './shape.ts';

const anyKey = /^/;
const texts = list(anyText);
const consoleSize = list(whole);

/** Body of `POST /containers/{id}/exec`. */
export const execBody: Shape = object({
  User: power('exec-user'),
  Privileged: power('exec-privileged'),
  ...each('Tty AttachStdin AttachStdout AttachStderr Detach', flag),
  ...each('Env Cmd', texts),
  ...each('DetachKeys WorkingDir', anyText),
  ConsoleSize: consoleSize,
});

/** Body of `POST /exec/{id}/start`. */
export const execStartBody: Shape = object({ Detach: flag, Tty: flag, ConsoleSize: consoleSize });

const ordinaryBridgeOptions =
  /^com\.docker\.network\.(?:bridge\.(?:enable_icc|enable_ip_masquerade|host_binding_ipv4)|driver\.mtu|enable_ipv[46])$/;

const subnet = unless((value) => isPrivateSubnet(String(value)), 'network-driver');

/** Body of `POST /networks/create`. */
export const networkBody: Shape = object({
  Name: text(objectName, "a network's name"),
  Driver: unless((value) => value === '' || value === 'bridge', 'network-driver'),
  Options: unless(areOrdinaryOptions, 'network-driver'),
  Scope: only('', 'local'),
  IPAM: object({
    Driver: unless((value) => value === '' || value === 'default', 'network-driver'),
    Options: power('network-driver'),
    Config: list(
      object({
        ...each('Subnet IPRange', subnet),
        Gateway: anyText,
        ...each('AuxiliaryAddresses AuxAddress', map(anyKey, anyText)),
      }),
    ),
  }),
  Labels: map(anyKey, anyText),
  ...each('CheckDuplicate EnableIPv4 EnableIPv6 Internal Attachable', flag),
  ...each('Ingress ConfigOnly', only(false)),
  ConfigFrom: object({ Network: only('') }),
});

function areOrdinaryOptions(value: Json): boolean {
  return isNeutral(value) || Object.keys(value ?? {}).every((key) => ordinaryBridgeOptions.test(key));
}

/** Body of `POST /networks/{id}/connect`. */
export const connectBody: Shape = object({
  Container: text(objectName, "a container's name"),
  EndpointConfig: endpoint,
});

/** Body of `POST /networks/{id}/disconnect`. */
export const disconnectBody: Shape = object({
  Container: text(objectName, "a container's name"),
  Force: flag,
});

/** Body of `POST /volumes/create`. */
export const volumeBody: Shape = object({
  Name: text(/^(?:[A-Za-z0-9][A-Za-z0-9_.-]*)?$/, "a volume's name"),
  Driver: unless((value) => value === '' || value === 'local', 'volume-driver'),
  DriverOpts: power('volume-driver'),
  Labels: map(anyKey, anyText),
});

/** A network of other people's addresses would take their traffic away from the machine. */
function isPrivateSubnet(subnet: string): boolean {
  if (subnet === '') return true;
  const [address = '', bits = ''] = subnet.split('/');
  if (/^f[cd][0-9a-f]{2}:/i.test(address)) return Number(bits) >= 16;
  if (!isIPv4(address)) return false;
  const [a = 0, b = 0] = address.split('.').map(Number);
  if (a === 10) return Number(bits) >= 8;
  if (a === 172 && b >= 16 && b < 32) return Number(bits) >= 12;
  return a === 192 && b === 168 && Number(bits) >= 16;
}
