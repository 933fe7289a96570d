import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
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

/** A network of other people's addresses, or around one of the machine's own, would take traffic away from it. */
function isPrivateSubnet(subnet: string): boolean {
  if (subnet === '') return true;
  const [address = '', bits = '', ...rest] = subnet.split('/');
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (rest.length > 0 || isIP(address) === 0 || !/^\d{1,3}$/.test(bits)) return false;
  const range = privateRanges.find(([base, size]) => subnetOf(base, size).check(address, family));
  if (range === undefined || Number(bits) < range[1] || Number(bits) > (family === 'ipv6' ? 128 : 32))
    return false;
  const taken = subnetOf(address, Number(bits));
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return !own.some((mine) => taken.check(mine.address, mine.family === 'IPv6' ? 'ipv6' : 'ipv4'));
}

const privateRanges: readonly [string, number][] = [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['fc00::', 7],
];

function subnetOf(address: string, bits: number): BlockList {
  const list = new BlockList();
  list.addSubnet(address, bits, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return list;
}
