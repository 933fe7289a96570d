import type { ContainerSummary } from '@nebula/docker';
import type { Foresee } from '../../resources.ts';
import type { GateItem } from './contract-shapes.ts';
import { digestOf } from './folders.ts';
import { madeFrom } from './found.ts';
import { containerPowers, neverOf, networkPowers, type Powers, volumePowers } from './powers.ts';
import type { Rendered } from './rendered.ts';

/** One part of a stack to which an admin agrees: these rules, for exactly this power. */
export interface Agreement {
  kind: GateItem['kind'];
  subject: string;
  rules: string[];
  /** SHA-256 of what it asks for; with any other power it is not agreed to. */
  powers: string;
}

/** What the broker would refuse of a stack. */
export interface Gate {
  items: GateItem[];
  agreements: Agreement[];
  /** Names the gate; null when nothing is refused, or something that nobody can lift. */
  digest: string | null;
}

interface Part {
  kind: GateItem['kind'];
  subject: string;
  asks: Parameters<Foresee>[0];
  powers: Powers;
  never: string | null;
}

/** Judges a rendered stack with the broker's own rules; its word is the last one, this one comes before anything is touched. */
export async function gateOf(
  foresee: Foresee,
  project: string,
  file: Rendered,
  appRoots: readonly string[],
): Promise<Gate> {
  const items: GateItem[] = [];
  const agreements: Agreement[] = [];
  const foresight: Parameters<Foresee>[2] = { appRoots, look: (kind, name) => lookIn(file, kind, name) };
  for (const part of partsOf(project, file)) {
    const { kind, subject } = part;
    const foreseen = await foresee(part.asks, part.powers, foresight);
    const never = part.never ?? foreseen.never;
    if (never !== null) items.push({ kind, subject, rule: 'never', why: never, at: '', canBeGranted: false });
    items.push(...foreseen.needs.map((need) => ({ kind, subject, ...need, canBeGranted: true })));
    if (foreseen.needs.length > 0) agreements.push(agreementOf(part, foreseen));
  }
  const canBeGranted = items.length > 0 && items.every((item) => item.canBeGranted);
  return { items, agreements, digest: canBeGranted ? digestOf(JSON.stringify(agreements)) : null };
}

/** What is there already, made from exactly this, is not made again, so nobody has to agree to it again. */
export function withoutMade(
  gate: Gate,
  hashes: ReadonlyMap<string, string>,
  made: readonly ContainerSummary[],
): Gate {
  const rows = Map.groupBy(made.map(madeFrom), ({ service }) => service);
  const isMade = ({ kind, subject }: { kind: string; subject: string }) => {
    const own = rows.get(subject) ?? [];
    return kind === 'service' && own.length > 0 && own.every(({ hash }) => hash === hashes.get(subject));
  };
  return {
    ...gate,
    items: gate.items.filter((item) => !isMade(item)),
    agreements: gate.agreements.filter((one) => !isMade(one)),
  };
}

function agreementOf({ kind, subject, powers }: Part, { needs }: Awaited<ReturnType<Foresee>>): Agreement {
  return {
    kind,
    subject,
    rules: needs.map(({ rule }) => rule).sort(),
    powers: digestOf(JSON.stringify(powers)),
  };
}

function partsOf(project: string, file: Rendered): Part[] {
  const parts: Part[] = [];
  for (const [subject, network] of Object.entries(file.networks)) {
    if (network.external) continue;
    parts.push({ kind: 'network', subject, asks: 'network', powers: networkPowers(network), never: null });
  }
  for (const [subject, volume] of Object.entries(file.volumes)) {
    if (volume.external) continue;
    parts.push({ kind: 'volume', subject, asks: 'volume', powers: volumePowers(volume), never: null });
  }
  for (const [subject, service] of Object.entries(file.services)) {
    const powers = containerPowers(project, service, file);
    parts.push({ kind: 'service', subject, asks: 'container', powers, never: neverOf(service, file) });
  }
  return parts;
}

/** A volume that the stack itself makes will be, by then, what its file says. */
async function lookIn(file: Rendered, kind: string, name: string) {
  if (kind !== 'volumes') return undefined;
  const declared = Object.values(file.volumes).find((volume) => volume.name === name && !volume.external);
  if (declared === undefined) return undefined;
  const { DriverOpts, Driver } = volumePowers(declared);
  return JSON.parse(JSON.stringify({ Driver: Driver === '' ? 'local' : Driver, Options: DriverOpts }));
}
