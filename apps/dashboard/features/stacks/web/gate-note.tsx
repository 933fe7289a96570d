import { Badge, Button, Checkbox, ErrorStrip, Panel, PanelHeader } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { OctagonX, Rocket } from 'lucide-react';
import { useState } from 'react';
import { troubleOf, useMay } from '../../../web/feature.ts';
import type { GateItem, Inspection, StackDetail } from '../contract.ts';
import { useBringUp } from './changes.ts';
import { copy, errorCopy } from './copy.ts';
import { inspectionQuery } from './queries.ts';

/** The gate of the files on disk, shown before anybody tries to pass it. */
export function GateNote({ stack }: { stack: StackDetail }) {
  const mayOperate = useMay('stacks:operate');
  const mark = stack.files.map(({ sha256 }) => sha256).join(' ');
  const inspection = useQuery({
    ...inspectionQuery(stack.name, mark),
    enabled: mayOperate && stack.problem === null,
  });
  const bringUp = useBringUp(stack.name);
  const [isAgreed, setAgreed] = useState(false);
  const { data } = inspection;
  if (data === undefined || data.gate.length === 0) return null;
  return (
    <Panel aria-labelledby="stack-gate">
      <Gate inspection={data} id="stack-gate" isAgreed={isAgreed} onAgree={setAgreed} />
      {isAgreed && data.gateDigest !== null && (
        <div className="flex flex-col gap-3 px-4 pb-6 md:px-6">
          {bringUp.error !== null && <ErrorStrip trouble={troubleOf(bringUp.error, errorCopy)} />}
          <Button
            tone="primary"
            icon={Rocket}
            className="self-start"
            isBusy={bringUp.isPending}
            onClick={() => bringUp.mutate({ files: [], agreed: data.gateDigest ?? undefined })}
          >
            {copy.verbs.up.command}
          </Button>
        </div>
      )}
    </Panel>
  );
}

/** What the broker refuses, part by part with its reason, and the word of an administrator. */
export function Gate({
  id,
  inspection: { gate, gateDigest },
  isAgreed,
  onAgree,
}: {
  id: string;
  inspection: Pick<Inspection, 'gate' | 'gateDigest'>;
  isAgreed: boolean;
  onAgree: (isAgreed: boolean) => void;
}) {
  const mayGrant = useMay('stacks:grant');
  return (
    <div className="rounded-md border-l-2 border-danger">
      <PanelHeader
        id={id}
        title={copy.gate.title}
        description={gateDigest === null ? copy.gate.never : copy.gate.text}
        actions={<OctagonX aria-hidden size={22} className="text-danger" />}
      />
      <ul className="px-4 pb-4 md:px-6">
        {gate.map((item) => (
          <Item key={`${item.kind} ${item.subject} ${item.rule} ${item.at}`} item={item} />
        ))}
      </ul>
      {gateDigest !== null && (
        <div className="px-4 pb-4 md:px-6">
          {mayGrant ? (
            <Checkbox
              label={copy.gate.agree}
              help={copy.gate.agreeHelp}
              checked={isAgreed}
              onChange={(event) => onAgree(event.target.checked)}
            />
          ) : (
            <p className="text-soft">{copy.gate.notYours}</p>
          )}
        </div>
      )}
    </div>
  );
}

function Item({ item }: { item: GateItem }) {
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 gap-y-1 border-t border-hairline py-2">
      <span className="text-sm text-muted">{copy.gate.kinds[item.kind]}</span>
      <bdi translate="no" className="font-semibold break-all">
        {item.subject}
      </bdi>
      <span translate="no" className="min-w-0 grow basis-60 break-words text-soft">
        {item.why}
      </span>
      {item.canBeGranted ? <Badge isData>{item.rule}</Badge> : <Badge>{copy.gate.neverRule}</Badge>}
    </li>
  );
}
