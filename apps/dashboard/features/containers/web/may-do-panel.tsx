import { Panel, PanelHeader, StatusPill, type Tone } from '@nebula/ui';
import { Info, type LucideIcon, ShieldAlert, TriangleAlert } from 'lucide-react';
import type { Finding } from '../contract.ts';
import { copy } from './copy.ts';

const looks: Record<Finding['level'], { tone: Tone; icon: LucideIcon }> = {
  danger: { tone: 'down', icon: ShieldAlert },
  warning: { tone: 'degraded', icon: TriangleAlert },
  info: { tone: 'neutral', icon: Info },
};

/** What a container may do and who reaches it, in plain words. */
export function MayDoPanel({ findings }: { findings: Finding[] }) {
  return (
    <Panel aria-labelledby="container-may-do">
      <PanelHeader id="container-may-do" title={copy.mayDo.title} description={copy.mayDo.text} />
      <Findings findings={findings} />
    </Panel>
  );
}

/** The findings themselves, for the page and the preview of a new container. */
export function Findings({ findings }: { findings: Finding[] }) {
  if (findings.length === 0) return <p className="px-4 pb-6 text-soft md:px-6">{copy.mayDo.none}</p>;
  return (
    <ul className="pb-2">
      {findings.map((finding) => {
        const { tone, icon } = looks[finding.level];
        return (
          <li
            key={`${finding.key} ${finding.detail}`}
            className="grid justify-items-start gap-x-3 gap-y-1 border-t border-hairline px-4 py-2 md:grid-cols-[8rem_minmax(0,1fr)] md:items-center md:px-6"
          >
            <StatusPill tone={tone} icon={icon}>
              {copy.mayDo.levels[finding.level]}
            </StatusPill>
            <span className="min-w-0 break-words text-soft">{sentenceOf(finding)}</span>
          </li>
        );
      })}
    </ul>
  );
}

/** A finding as a sentence; one that this page does not know yet is shown as it came. */
export function sentenceOf({ key, detail }: Finding): string {
  const known: Readonly<Record<string, (detail: string) => string>> = copy.findings;
  const write = Object.hasOwn(known, key) ? known[key] : undefined;
  return write === undefined ? copy.otherFinding(key, detail) : write(detail);
}
