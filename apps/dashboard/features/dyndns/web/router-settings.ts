/** Programs whose settings are known. */
export const routerKinds = ['fritzbox', 'ddclient', 'openwrt', 'unifi', 'curl'] as const;
export type RouterKind = (typeof routerKinds)[number];

/** A setting to be entered: what the router calls it, and its value. */
export interface RouterSetting {
  field: 'url' | 'domain' | 'user' | 'password' | 'service' | 'hostname' | 'server' | 'file' | 'command';
  value: string;
}

/** What settings are made for. */
export interface RouterPlace {
  /** Where this server is reached, such as `https://nebula.example:8443`. */
  origin: string;
  names: readonly string[];
  /** The token, or what stands for it. */
  secret: string;
}

/** It does not matter which; routers want one. */
const user = 'nebula';

/** What to enter at a router so that it tells its address here. */
export function routerSettings(kind: RouterKind, { origin, names, secret }: RouterPlace): RouterSetting[] {
  const { host, protocol } = new URL(origin);
  const isSecure = protocol === 'https:';
  const list = names.join(',');
  const [first = ''] = names;
  switch (kind) {
    case 'fritzbox': {
      // One name is filled in by the router; more than one it would not take there.
      const hostname = names.length === 1 ? '<domain>' : list;
      return [
        { field: 'url', value: `${origin}/nic/update?hostname=${hostname}&myip=<ipaddr>&myipv6=<ip6addr>` },
        { field: 'domain', value: first },
        { field: 'user', value: user },
        { field: 'password', value: secret },
      ];
    }
    case 'ddclient':
      return [
        {
          field: 'file',
          value: [
            'daemon=300',
            'usev4=webv4, webv4=ipify-ipv4',
            'protocol=dyndns2',
            `ssl=${isSecure ? 'yes' : 'no'}`,
            `server=${host}`,
            `login=${user}`,
            `password='${secret}'`,
            list,
          ].join('\n'),
        },
      ];
    case 'openwrt':
      return [
        {
          field: 'file',
          value: [
            "config service 'nebula'",
            "\toption enabled '1'",
            `\toption use_https '${isSecure ? 1 : 0}'`,
            `\toption update_url '${protocol}//[USERNAME]:[PASSWORD]@${host}/nic/update?hostname=[DOMAIN]&myip=[IP]'`,
            `\toption lookup_host '${first}'`,
            `\toption domain '${list}'`,
            `\toption username '${user}'`,
            `\toption password '${secret}'`,
            "\toption ip_source 'network'",
            "\toption ip_network 'wan'",
          ].join('\n'),
        },
      ];
    case 'unifi':
      return [
        { field: 'service', value: 'custom' },
        { field: 'hostname', value: first },
        { field: 'user', value: user },
        { field: 'password', value: secret },
        { field: 'server', value: `${host}/nic/update?hostname=%h&myip=%i` },
      ];
    case 'curl':
      return [
        {
          field: 'command',
          value: `curl --user '${user}:${secret}' '${origin}/nic/update?hostname=${list}'`,
        },
      ];
    default:
      return kind satisfies never;
  }
}
