import type { Rule, RuleInput, RuleKind } from '../contract.ts';
import { kindNames, kindOf } from '../contract-kinds.ts';

/** A rule while it is written: numbers are texts as they were typed. */
export interface RuleDraft {
  name: string;
  kind: RuleKind;
  isOn: boolean;
  severity: Rule['severity'];
  /** Null is everything. */
  only: string[] | null;
  except: string[];
  threshold: string;
  recover: string;
  forSeconds: string;
  recoverSeconds: string;
  remindMinutes: string;
  channelIds: string[] | null;
}

/** A draft of a rule, or of a new one. */
export function draftOf(rule: Rule | null): RuleDraft {
  if (rule === null) {
    const kind = kindNames[0] ?? 'cpu';
    return {
      ...{ name: '', kind, isOn: true, severity: 'warning', only: null, except: [], channelIds: null },
      ...{ recoverSeconds: '0', remindMinutes: '0' },
      ...usualOf(kind),
    };
  }
  return {
    ...rule,
    only: rule.only.length === 0 ? null : rule.only,
    threshold: String(rule.threshold),
    recover: String(rule.recover),
    forSeconds: String(rule.forSeconds),
    recoverSeconds: String(rule.recoverSeconds),
    remindMinutes: String(rule.remindMinutes),
  };
}

/** What a kind usually has. */
export function usualOf(kind: RuleKind): Pick<RuleDraft, 'threshold' | 'recover' | 'forSeconds'> {
  const { threshold, recover, forSeconds } = kindOf(kind);
  return { threshold: String(threshold), recover: String(recover), forSeconds: String(forSeconds) };
}

/** The draft as the server takes it; what is no number is left for the server to refuse. */
export function inputOf(draft: RuleDraft): RuleInput {
  const { name, kind, isOn, severity, only, except, channelIds } = draft;
  const isState = kindOf(kind).unit === 'state';
  return {
    ...{ name: name.trim(), kind, isOn, severity, only: only ?? [], except, channelIds },
    ...(isState ? {} : { threshold: numberOf(draft.threshold), recover: numberOf(draft.recover) }),
    forSeconds: numberOf(draft.forSeconds),
    recoverSeconds: numberOf(draft.recoverSeconds),
    remindMinutes: numberOf(draft.remindMinutes),
  };
}

function numberOf(text: string): number {
  // An empty field would count as zero.
  return text.trim() === '' ? Number.NaN : Number(text);
}
