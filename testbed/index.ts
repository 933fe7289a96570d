export {
  type AuthenticatorFaults,
  type SoftwareAuthenticator,
  softwareAuthenticator,
  totpCode,
} from './authenticator.ts';
export {
  type OpenIdProvider,
  openIdProvider,
  type Person,
  type ProviderFault,
} from './openid-provider.ts';
export { newDataDir, type Product, type ProductOptions, startProduct } from './product.ts';
export { type BrowserOptions, launchBrowser, type TestBrowser } from './browser.ts';
export { selfSigned } from './self-signed.ts';
export { busyboxImage } from './busybox.ts';
export { addCompose } from './compose.ts';
export { type CaddyOptions, startCaddy, type TestCaddy } from './caddy.ts';
export { type EngineAccess, startEngine, type TestEngine } from './engine.ts';
export { type Ended, findProgram, run, runOk, type RunOptions } from './run.ts';
export { type PebbleOptions, startPebble, type TestPebble } from './pebble.ts';
export { type RealRegistry, registryLogin, startRealRegistry } from './real-registry.ts';
export { type RegistryMood, startRegistry, type TestRegistry } from './registry.ts';
export { startSystemd, type TestSystemd } from './systemd.ts';
export { sharedEngine } from './shared-engine.ts';
export { type HandOver, letConnectionsMove } from './hand-over.ts';
export { freePorts, type Service, startService } from './service.ts';
export { type PowerDns, type PowerDnsRrset, startPowerDns } from './powerdns.ts';
export {
  startZoneEdit,
  type ZoneEdit,
  type ZoneEditAccount,
  type ZoneEditMood,
  type ZoneEditRow,
  type ZoneEditType,
} from './zoneedit.ts';
export {
  type Cloudflare,
  type CloudflareMood,
  type CloudflareRecord,
  startCloudflare,
} from './cloudflare.ts';
export { type MailMood, type MailReceiver, type ReceivedMail, startMailReceiver } from './mail-receiver.ts';
export { provenVapid, type PushBrowser, pushBrowser } from './push-receiver.ts';
export {
  type Received,
  type Receiver,
  type ReceiverMood,
  receiverRetrySeconds,
  startReceiver,
} from './receiver.ts';
