import { Menu, type MenuItem } from '@nebula/ui';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { AppWindow, EllipsisVertical, ListChecks, ScrollText } from 'lucide-react';
import { useMay, useSession } from '../../../web/feature.ts';
import type { Target } from './asked.ts';
import { containerCommands } from './commands.ts';
import { copy } from './copy.ts';

/** What can be done to a container, behind one button. */
export function ContainerMenu({ container }: { container: Target }) {
  const navigate = useNavigate();
  const mayAudit = useMay('audit:read');
  const doing = useCommandItems(container);
  const { id, name, app } = container;
  const looking: MenuItem[] = [
    {
      id: 'details',
      title: copy.details,
      icon: ScrollText,
      run: () => void navigate({ to: '/containers/$id', params: { id } }),
    },
    {
      id: 'app',
      title: copy.appPage,
      icon: AppWindow,
      run: () => void navigate({ to: '/apps/$app', params: { app } }),
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
  const [safe, grave] = [doing.filter((item) => !item.isDanger), doing.filter((item) => item.isDanger)];
  return <Menu label={copy.menu(name)} icon={EllipsisVertical} groups={[looking, safe, grave]} />;
}

/** The commands of a container that this person may use, as items of a menu. */
export function useCommandItems(container: Target): MenuItem[] {
  const navigate = useNavigate();
  const client = useQueryClient();
  const session = useSession();
  const tools = { client, goTo: (path: string) => void navigate({ to: path }) };
  return containerCommands(container)
    .filter(({ when }) => when === undefined || when(session))
    .map((command) => ({
      id: command.id,
      title: command.title,
      icon: command.icon,
      help: command.help,
      isDanger: command.isDanger ?? false,
      run: () => command.run(tools),
    }));
}
