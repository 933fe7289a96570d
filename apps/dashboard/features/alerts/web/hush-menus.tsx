import { Menu, type MenuItem } from '@nebula/ui';
import { AlarmClock, AlarmClockOff, BellOff } from 'lucide-react';
import type { Incident } from '../contract.ts';
import { useSilence, useSnooze } from './changes.ts';
import { copy } from './copy.ts';

const spans = [60, 240, 1440, 10_080] as const;

/** Two ways to be told nothing: of this alert, or of everything about its subject. */
export function HushMenus({ incident, now }: { incident: Incident; now: number }) {
  const snooze = useSnooze(incident.id);
  const mute = useSilence({
    done: copy.muteSubject.done(incident.subjectName),
    failed: copy.muteSubject.failed,
  });
  const isSnoozed = incident.snoozedUntil !== null && Date.parse(incident.snoozedUntil) > now;
  const itemsFor = (run: (minutes: number) => void): MenuItem[] =>
    spans.map((minutes) => ({
      id: String(minutes),
      title: copy.snooze.times[minutes],
      icon: AlarmClock,
      run: () => run(minutes),
    }));
  return (
    <>
      <Menu
        icon={AlarmClock}
        label={copy.snooze.label}
        head={copy.snooze.head}
        groups={[
          itemsFor((minutes) => snooze.mutate(minutes)),
          isSnoozed
            ? [{ id: 'end', title: copy.snooze.end, icon: AlarmClockOff, run: () => snooze.mutate(0) }]
            : [],
        ].filter((group) => group.length > 0)}
      />
      <Menu
        icon={BellOff}
        label={copy.muteSubject.label}
        head={copy.muteSubject.head}
        groups={[itemsFor((minutes) => mute.mutate({ subject: incident.subject, minutes }))]}
      />
    </>
  );
}
