import type { QueryClient } from '@tanstack/react-query';
import type { LucideIcon } from 'lucide-react';
import type { ComponentType } from 'react';
import type { LiveTopic } from './shell/live-topic.ts';
import type { SessionState } from './shell/session.tsx';
import type { Search } from './shell/url-filter.ts';

/** What a command may use besides its own feature. */
export interface CommandTools {
  goTo: (path: string) => void;
  client: QueryClient;
}

/** Something that can be done: the same object feeds the palette, menus and shortcuts. */
export interface Command {
  id: string;
  title: string;
  icon: LucideIcon;
  section: string;
  /** Further words by which it is found. */
  keywords?: string;
  /** A sentence: what cannot be undone, or where it leads. */
  help?: string;
  /** Keys one after the other, such as `g c`. */
  shortcut?: string;
  isDanger?: boolean;
  /** For switches: whether it is on. */
  isOn?: () => boolean;
  /** Left out where the person may not do it. */
  when?: (session: SessionState) => boolean;
  run: (tools: CommandTools) => void;
}

/** A page; `load` fetches its code when it is first opened. */
export interface PageRoute {
  /** With `$name` parameters. */
  path: string;
  title: string;
  /** `public` pages stand alone, without navigation and sign-in. */
  access: 'public' | 'signed-in';
  /** Permission without which the page says that it is not for this person. */
  needs?: string;
  load: () => Promise<ComponentType>;
  /** Asks for the page's first data while its code is still on the way. */
  prefetch?: (client: QueryClient, place: PagePlace) => void;
}

/** Where a page is: the names in its path and the words after the question mark. */
export interface PagePlace {
  params: Readonly<Record<string, string>>;
  search: Search;
}

/** The sections of the navigation: what a place is about. */
export type NavSection = 'start' | 'apps' | 'machine' | 'domains' | 'activity' | 'settings';

/** A place in the navigation. */
export interface NavItem {
  title: string;
  icon: LucideIcon;
  path: string;
  shortcut: string;
  needs?: string;
  /** `settings` when left out. */
  section?: NavSection;
}

interface Sayer {
  say(values: Record<string, string | number>): string;
}

/**
 * What a feature says of its matters, by their code, from the values that the server sends. Each takes values of its own; that they
 * fit the code is proven where the server makes them, with the same words.
 */
export type MatterWords = Readonly<Record<string, Sayer['say']>>;

/** The web side of a feature; the shell puts these together and knows no feature by name. */
export interface WebFeature {
  id: string;
  nav: NavItem | null;
  routes: PageRoute[];
  commands: Command[];
  /** What it hears on the live stream. */
  topics: LiveTopic[];
  /** What may need attention of this feature, for the overview. */
  matters?: MatterWords;
  /** Things of this feature that match what is typed in the palette. */
  find?: (text: string, tools: CommandTools) => Promise<Command[]>;
  /** A button of its own in the top bar, 44 px wide at most; its code is fetched once the page stands. */
  topBar?: TopBarPart;
  /** Something of its own above every page; its code is fetched once the page is at rest. */
  overlay?: { load: () => Promise<ComponentType> };
  /** The dialog in which a person proves again that it is them; one feature has it. */
  proof?: () => Promise<ComponentType<ProofDialogProps>>;
}

/** Props of the dialog of a proof. */
export interface ProofDialogProps {
  onAnswer: (isProven: boolean) => void;
}

/** What a feature puts into the top bar. */
export interface TopBarPart {
  needs: string;
  load: () => Promise<ComponentType>;
}

export { catalogue } from '@nebula/ui';
export { api } from './shell/api.ts';
export { AskName } from './shell/ask-name.tsx';
export { BackLink } from './shell/back-link.tsx';
export { type CopyTable, fieldProblem, troubleOf } from './shell/copy.ts';
export { DataView } from './shell/data-view.tsx';
export {
  eventTopic,
  type LiveTopic,
  type StateChange,
  stateTopic,
} from './shell/live-topic.ts';
export { FilterRow } from './shell/filter-row.tsx';
export { LineList } from './shell/line-list.tsx';
export { LoadMore } from './shell/load-more.tsx';
export { Mark } from './shell/mark.tsx';
export { useMatterWords } from './shell/matters.tsx';
export { notify } from './shell/notify.ts';
export { usePageCommands } from './shell/page-commands.ts';
export { PageLink } from './shell/page-link.tsx';
export { PageTabs } from './shell/page-tabs.tsx';
export { usePageTitle } from './shell/page-title.ts';
export { usePlaces } from './shell/places.tsx';
export { type Pages, pagesQuery, usePages } from './shell/pages.ts';
export {
  type SessionState,
  sessionQuery,
  signedIn,
  signedOut,
  useMay,
  useSession,
} from './shell/session.tsx';
export { RemoveByName } from './shell/remove-by-name.tsx';
export { useRowKeys } from './shell/row-keys.ts';
export { texts as shellTexts } from './shell/texts.ts';
export { NameLinks, type ThingColumn, ThingList } from './shell/thing-list.tsx';
export { DataPairs, dataFact, ShortId } from './shell/thing-detail.tsx';
export { ProjectBadge, ThingName } from './shell/thing-name.tsx';
export { TypedName } from './shell/typed-name.tsx';
export { TypedSearch } from './shell/typed-search.tsx';
export { useChunk } from './shell/use-chunk.ts';
export { WordSelect } from './shell/word-select.tsx';
export { type Search, useUrlFilter } from './shell/url-filter.ts';
