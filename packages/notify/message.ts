/** How grave a matter is. */
export type Severity = 'critical' | 'warning' | 'info';

/** What is told: that something is wrong, still wrong, right again, or only a try. */
export type MessageState = 'firing' | 'reminder' | 'recovered' | 'test';

/** A message as every driver gets it; all texts are plain and may hold anything. */
export interface Message {
  /** The same at every try of the same message; letters, digits and `-`. */
  id: string;
  /** One line. */
  title: string;
  body: string;
  severity: Severity;
  state: MessageState;
  /** Page that tells more, as an absolute URL; null when our own address is not known. */
  link: string | null;
  /** The same page as a path of the web, for those who know where we are. */
  path: string;
  at: Date;
}

/** Somewhere messages go. */
export interface Notifier {
  /**
   * Sends a message, once. Answers what the receiver said, in one line. Throws a SendError, or the signal's reason when it
   * aborts.
   */
  send(message: Message, signal: AbortSignal): Promise<{ detail: string }>;
}

/** One line without control characters and turned direction, at most `max` characters and well-formed. */
export function oneLine(text: string, max: number): string {
  return cut(text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' '), max);
}

/** Text of several lines, otherwise as {@link oneLine}. */
export function plainText(text: string, max: number): string {
  return cut(text.replace(/\r\n?/g, '\n').replace(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu, ''), max);
}

function cut(text: string, max: number): string {
  const formed = text.toWellFormed();
  return formed.length <= max ? formed : `${formed.slice(0, max - 1).toWellFormed()}…`;
}
