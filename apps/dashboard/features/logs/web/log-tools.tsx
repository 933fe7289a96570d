import { Button, IconButton, Menu, Select } from '@nebula/ui';
import {
  ArrowDown,
  ArrowUp,
  Copy,
  Download,
  Ellipsis,
  Filter,
  Megaphone,
  Regex,
  WrapText,
} from 'lucide-react';
import { useState } from 'react';
import { TypedSearch } from '../../../web/feature.ts';
import type { LogStream } from '../contract.ts';
import { copy } from './copy.ts';
import { levels, type Place, readPlace, type Since, spans } from './place.ts';

/** Props of {@link LogTools}. */
export interface LogToolsProps {
  place: Place;
  onPlace: (changes: Partial<Place>) => void;
  /** What is wrong with the pattern. */
  problem: string | null;
  /** How many lines match; null when nothing is looked for. */
  found: number | null;
  onGo: (step: 1 | -1) => void;
  isAnnounced: boolean;
  onAnnounce: (isAnnounced: boolean) => void;
  onCopy: () => void;
  onDownload: () => Promise<void>;
}

const streams: readonly LogStream[] = ['stdout', 'stderr'];

/** Search, filters, and what can be done with the lines. */
export function LogTools(props: LogToolsProps) {
  const { place, onPlace, problem, found, onGo, isAnnounced, onAnnounce, onCopy, onDownload } = props;
  const [isCollecting, setCollecting] = useState(false);
  const choose = (name: keyof Place) => (event: React.ChangeEvent<HTMLSelectElement>) =>
    onPlace({ [name]: readPlace({ [name]: event.target.value })[name] });
  return (
    <search className="flex flex-wrap items-center gap-2 p-3 md:px-4">
      <TypedSearch
        label={copy.search}
        short={copy.searchShort}
        maxLength={500}
        className="w-full md:w-64 md:flex-1"
        text={place.q ?? ''}
        onChange={(q) => onPlace({ q: q === '' ? undefined : q })}
      />
      {found !== null && (
        <span className="flex items-center">
          <span role="status" className="px-1 text-sm text-soft">
            {copy.found(found)}
          </span>
          <IconButton icon={ArrowUp} label={copy.previous} onClick={() => onGo(-1)} />
          <IconButton icon={ArrowDown} label={copy.next} onClick={() => onGo(1)} />
        </span>
      )}
      {place.q !== undefined && (
        <Button
          tone={place.only === 'yes' ? 'primary' : 'quiet'}
          icon={Filter}
          aria-pressed={place.only === 'yes'}
          onClick={() => onPlace({ only: place.only === 'yes' ? undefined : 'yes' })}
        >
          {copy.only}
        </Button>
      )}
      <Select
        aria-label={copy.level}
        value={place.level ?? ''}
        onChange={choose('level')}
        className="min-w-36 flex-1 md:w-40 md:flex-none"
      >
        <option value="">{copy.anyLevel}</option>
        {levels.map((level) => (
          <option key={level} value={level}>
            {copy.andAbove(copy.levels[level])}
          </option>
        ))}
      </Select>
      <Select
        aria-label={copy.stream}
        value={place.stream ?? ''}
        onChange={choose('stream')}
        className="min-w-36 flex-1 md:w-36 md:flex-none"
      >
        <option value="">{copy.anyStream}</option>
        {streams.map((stream) => (
          <option key={stream} value={stream}>
            {copy.streams[stream]}
          </option>
        ))}
      </Select>
      <Select
        aria-label={copy.since}
        value={place.since ?? ''}
        onChange={choose('since')}
        className="min-w-36 flex-1 md:w-40 md:flex-none"
      >
        <option value="">{copy.anySince}</option>
        {sinceChoices.map((since) => (
          <option key={since} value={since}>
            {copy.spans[since]}
          </option>
        ))}
      </Select>
      <Menu
        icon={Ellipsis}
        label={copy.more}
        groups={[
          [
            {
              ...{ id: 'wrap', title: copy.wrap, icon: WrapText, isChecked: place.wrap !== 'no' },
              run: () => onPlace({ wrap: place.wrap === 'no' ? undefined : 'no' }),
            },
            {
              ...{ id: 'pattern', title: copy.pattern, icon: Regex, isChecked: place.re === 'yes' },
              run: () => onPlace({ re: place.re === 'yes' ? undefined : 'yes' }),
            },
            {
              ...{ id: 'announce', title: copy.announce, icon: Megaphone, isChecked: isAnnounced },
              run: () => onAnnounce(!isAnnounced),
            },
          ],
          [{ id: 'copy', title: copy.copy, icon: Copy, run: onCopy }],
        ]}
      />
      <IconButton
        icon={Download}
        label={isCollecting ? copy.downloading : copy.download}
        aria-busy={isCollecting}
        onClick={() => {
          if (isCollecting) return;
          setCollecting(true);
          void onDownload().finally(() => setCollecting(false));
        }}
      />
      {problem !== null && (
        <p role="alert" className="w-full text-sm text-danger">
          {problem}
        </p>
      )}
    </search>
  );
}

const sinceChoices = Object.keys(spans).filter((word): word is Since => Object.hasOwn(spans, word));
