import { ApiError } from '@nebula/contract/client';
import type { CommonErrorCode } from '@nebula/errors';
import { catalogue, type Trouble } from '@nebula/ui';

/** What people read for an error code. */
export interface ErrorCopy {
  /** What happened; null to take the server's own sentence, which names what we cannot know here. */
  sentence: string | null;
  nextStep: string;
}

/** A feature's own error codes and what people read for them. */
export type CopyTable = Readonly<Record<string, ErrorCopy>>;

const commonTexts: Record<CommonErrorCode | 'UNREACHABLE' | 'UNEXPECTED_ANSWER', ErrorCopy> = {
  BAD_INPUT: { sentence: null, nextStep: 'Correct what is marked and send it again.' },
  SIGNED_OUT: { sentence: 'You are signed out.', nextStep: 'Sign in again; you come back to this page.' },
  FORBIDDEN: {
    sentence: 'Your account may not do this.',
    nextStep: 'Ask somebody with the admin role to do it or to raise your role.',
  },
  WRONG_ORIGIN: {
    sentence: 'The request came from another site and was refused.',
    nextStep: 'Open NebulaCommand at its own address and try again there.',
  },
  CSRF_FAILED: {
    sentence: 'This page was out of date, so nothing was changed.',
    nextStep: 'It has been renewed. Try again.',
  },
  STEP_UP_REQUIRED: {
    sentence: 'This needs a fresh proof that it is you.',
    nextStep: 'Do it again and answer the question that comes.',
  },
  NOT_FOUND: {
    sentence: 'This does not exist, or not any more.',
    nextStep: 'Go back to the list; it shows what is there now.',
  },
  METHOD_NOT_ALLOWED: {
    sentence: 'This page and the server are not of the same version.',
    nextStep: 'Reload the page; if it stays, report the request below.',
  },
  TOO_LARGE: { sentence: 'That was more than the server takes at once.', nextStep: 'Send less at a time.' },
  UNSUPPORTED_MEDIA: {
    sentence: 'The server does not take this kind of content.',
    nextStep: 'Reload the page; if it stays, report the request below.',
  },
  WRONG_HOST: {
    sentence: 'The server does not answer to this address.',
    nextStep:
      'Add the host name to the setting NEBULA_ALLOWED_HOSTS, or use the address printed at the start.',
  },
  RATE_LIMITED: { sentence: null, nextStep: 'Wait a moment, then try again.' },
  INTERNAL: {
    sentence: 'Something went wrong on the server.',
    nextStep: 'Try again. If it stays, the server log has the details under the request below.',
  },
  UPSTREAM_REJECTED: {
    sentence: null,
    nextStep: 'Read what the other side said, correct it there, try again.',
  },
  UNAVAILABLE: { sentence: null, nextStep: 'Try again in a moment; nothing was lost.' },
  STORAGE_FULL: {
    sentence: 'The disk of the server is full.',
    nextStep: 'Free some space, then try again. Until then nothing new can be stored.',
  },
  UNREACHABLE: {
    sentence: 'The server cannot be reached.',
    nextStep: 'Check that it runs and that you are in its network. Your containers go on without it.',
  },
  UNEXPECTED_ANSWER: {
    sentence: null,
    nextStep: 'If a proxy stands in front of NebulaCommand, look at its log.',
  },
};

const commonCopy = catalogue('errors', commonTexts);

const unknownCopy = catalogue('errors.unknown', {
  sentence: 'This page met something it does not know.',
  nextStep: 'Reload the page. If it comes again, report what you did before.',
});

/** Any error as people read it: the feature's own words first, then the common ones. */
export function troubleOf(error: unknown, own: CopyTable = {}): Trouble {
  if (!(error instanceof ApiError)) return { ...sentences(unknownCopy, ''), requestId: '' };
  // A part of the address that cannot be one leads nowhere; there is no field to correct.
  const isAddress = error.code === 'BAD_INPUT' && error.fields.some(({ path }) => path.startsWith('params.'));
  if (isAddress) return { ...sentences(commonCopy.NOT_FOUND, ''), requestId: error.requestId };
  const copy: ErrorCopy = own[error.code] ?? commonTable[error.code] ?? { ...unknownCopy, sentence: null };
  return { ...sentences(copy, error.message), requestId: error.requestId };
}

/** The sentence about one input field, such as `body.email`, if the error has one. */
export function fieldProblem(error: unknown, path: string): string | undefined {
  return error instanceof ApiError ? error.fields.find((field) => field.path === path)?.message : undefined;
}

const commonTable: CopyTable = commonCopy;

function sentences(copy: ErrorCopy, detail: string): Omit<Trouble, 'requestId'> {
  return { sentence: copy.sentence ?? detail, nextStep: copy.nextStep };
}
