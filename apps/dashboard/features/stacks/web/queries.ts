import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, pagesQuery } from '../../../web/feature.ts';
import type { Stack } from '../contract.ts';
import type { Filter } from './filter.ts';
import { keys } from './live.ts';

/** Stacks by name, page by page. */
export function stacksQuery(filter: Filter) {
  const pages = pagesQuery<Stack>(keys.list(filter), (cursor, signal) =>
    api.stacks.list({ query: { ...filter, cursor, limit: 100 }, signal }),
  );
  return { ...pages, placeholderData: keepPreviousData };
}

/** One stack. */
export function stackQuery(name: string) {
  return queryOptions({
    queryKey: keys.one(name),
    queryFn: ({ signal }) => api.stacks.get({ params: { name }, signal }),
  });
}

/** A file of a stack, without secrets. */
export function fileQuery(name: string, file: string, sha256: string) {
  return queryOptions({
    queryKey: [...keys.file(name, file), sha256],
    queryFn: ({ signal }) => api.stacks.file({ params: { name, file }, signal }),
  });
}

/** What bringing it up as it is would do. */
export function inspectionQuery(name: string, mark: string) {
  return queryOptions({
    queryKey: [...keys.inspection(name), mark],
    queryFn: ({ signal }) => api.stacks.inspection({ params: { name }, signal }),
  });
}

/** What applying these texts would do. */
export function checkQuery(name: string, files: { name: string; text: string }[]) {
  return queryOptions({
    queryKey: keys.check(name, files),
    queryFn: ({ signal }) => api.stacks.check({ body: { name, files }, signal }),
    placeholderData: keepPreviousData,
    gcTime: 0,
    retry: false,
  });
}

/** Versions of its files, newest first. */
export function versionsQuery(name: string) {
  return queryOptions({
    queryKey: keys.versions(name),
    queryFn: ({ signal }) => api.stacks.versions({ params: { name }, query: { limit: 50 }, signal }),
    refetchOnMount: 'always',
  });
}

/** The files of a version, without secrets. */
export function versionQuery(name: string, id: string) {
  return queryOptions({
    queryKey: keys.version(name, id),
    queryFn: ({ signal }) => api.stacks.version({ params: { name, id }, signal }),
  });
}

/** The newest runs of a stack; under the key of runs, so that it is renewed with them. */
export function stackRunsQuery(name: string) {
  return queryOptions({
    queryKey: ['jobs', 'last', `stack ${name}`],
    queryFn: ({ signal }) => api.jobs.list({ query: { targetId: name, limit: 5 }, signal }),
    refetchOnMount: 'always',
  });
}
