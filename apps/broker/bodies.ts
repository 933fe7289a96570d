import { isIPv4 } from 'node:net';
import { endpoint, objectName } from './container-body.ts';
import {
  anyText,
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
  Tty: flag,
  ConsoleSize: consoleSize,
  AttachStdin: flag,
  AttachStdout: flag,
  AttachStderr: flag,
  Detach: flag,
  DetachKeys: anyText,
  Env: texts,
  WorkingDir: anyText,
  Cmd: texts,
});

/** Body of `POST /exec/{id}/start`. */
export const execStartBody: Shape = object({ Detach: flag, Tty: flag, ConsoleSize: consoleSize });

const ordinaryBridgeOptions =
  /^com\.docker\.network\.(?:bridge\.(?:enable_icc|enable_ip_masquerade|host_binding_ipv4)|driver\.mtu|enable_ipv[46])$/;

/** Body of `POST /networks/create`. */
export const networkBody: Shape = object({
  Name: text(objectName, "a network's name"),
  CheckDuplicate: flag,
  Driver: unless((value) => value === '' || value === 'bridge', 'network-driver'),
  Scope: only('', 'local'),
  EnableIPv4: flag,
  EnableIPv6: flag,
  Internal: flag,
  Attachable: flag,
  Ingress: only(false),
  ConfigOnly: only(false),
  ConfigFrom: object({ Network: only('') }),
  IPAM: object({
    Driver: unless((value) => value === '' || value === 'default', 'network-driver'),
    Options: power('network-driver'),
    Config: list(
      object({
        Subnet: unless((value) => isPrivateSubnet(String(value)), 'network-driver'),
        IPRange: unless((value) => isPrivateSubnet(String(value)), 'network-driver'),
        Gateway: anyText,
        AuxiliaryAddresses: map(anyKey, anyText),
        AuxAddress: map(anyKey, anyText),
      }),
    ),
  }),
  Options: unless(
    (value) => isNeutral(value) || Object.keys(value ?? {}).every((key) => ordinaryBridgeOptions.test(key)),
    'network-driver',
  ),
  Labels: map(anyKey, anyText),
});

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
