import { ConfirmDialog, Menu } from '@nebula/ui';
import { useNavigate } from '@tanstack/react-router';
import { EllipsisVertical, ListChecks, RotateCw, ScrollText } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../../../web/feature.ts';
import type { Container } from '../contract.ts';
import { copy } from './copy.ts';
import { useRestart } from './changes.ts';

/** What can be done to a container, behind one button. */
export function ContainerMenu({ container }: { container: Pick<Container, 'id' | 'name'> }) {
  const navigate = useNavigate();
  const mayOperate = useMay('containers:operate');
  const mayAudit = useMay('audit:read');
  const [isAsking, setAsking] = useState(false);
  const { id, name } = container;
  const looking = [
    {
      id: 'details',
      title: copy.details,
      icon: ScrollText,
      run: () => void navigate({ to: '/containers/$id', params: { id } }),
    },
    ...(mayAudit
      ? [
          {
            id: 'audit',
            title: copy.auditTrail,
            icon: ListChecks,
            run: () => void navigate({ to: '/audit', search: { targetId: id } }),
          },
        ]
      : []),
  ];
  const doing = mayOperate
    ? [
        {
          id: 'restart',
          title: copy.restart.command,
          help: copy.restart.help,
          icon: RotateCw,
          run: () => setAsking(true),
        },
      ]
    : [];
  return (
    <>
      <Menu label={copy.menu(name)} icon={EllipsisVertical} groups={[looking, doing]} />
      {isAsking && <RestartDialog container={container} onClose={() => setAsking(false)} />}
    </>
  );
}

/** Asks before a restart: which container, and that its connections are cut. */
export function RestartDialog({
  container,
  onClose,
}: {
  container: Pick<Container, 'id' | 'name'>;
  onClose: () => void;
}) {
  const restart = useRestart(container);
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={copy.restart.title(container.name)}
      confirmLabel={copy.restart.confirm}
      isBusy={restart.isPending}
      onConfirm={() => restart.mutate(undefined, { onSettled: onClose })}
    >
      {copy.restart.text}
    </ConfirmDialog>
  );
}
