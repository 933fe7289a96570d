import { Menu, type MenuItem } from '@nebula/ui';
import { useNavigate } from '@tanstack/react-router';
import { FileJson, FileSpreadsheet, FolderInput, FolderSync } from 'lucide-react';
import { api } from '../../../web/feature.ts';
import { transferCopy as words } from './transfer-copy.ts';

/** Takes all domains out as a file, or leads to bringing some in. */
export function TransferMenu({ mayWrite }: { mayWrite: boolean }) {
  const navigate = useNavigate();
  const out: MenuItem[] = [
    {
      ...{ id: 'export-json', title: words.exportJson, help: words.exportJsonHelp, icon: FileJson },
      run: () => download('json'),
    },
    {
      ...{ id: 'export-csv', title: words.exportCsv, help: words.exportCsvHelp, icon: FileSpreadsheet },
      run: () => download('csv'),
    },
  ];
  const into: MenuItem = {
    ...{ id: 'import', title: words.import, help: words.importHelp, icon: FolderInput },
    run: () => void navigate({ to: '/domains/import' }),
  };
  return <Menu icon={FolderSync} label={words.menu} groups={mayWrite ? [out, [into]] : [out]} />;
}

function download(format: 'json' | 'csv'): void {
  const link = document.createElement('a');
  link.href = api.domains.export({ query: { format } });
  link.download = '';
  link.click();
}
