import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';

import type { Mailbox, Summary } from '../captured_mails';
import { language, t } from '../messages';

export function addressText({ name, address }: Mailbox): string {
  return name ? `${name} <${address}>` : address;
}

function shortTime(text: string): string {
  const date = new Date(text);
  const isToday = date.toDateString() === new Date().toDateString();
  return isToday ? date.toLocaleTimeString(language(), { hour: '2-digit', minute: '2-digit' })
    : date.toLocaleDateString(language(), { day: 'numeric', month: 'short', year: 'numeric' });
}

interface MailListProps {
  list: RefObject<HTMLUListElement>;
  mails: Summary[];
  active: string;
  opened: string | undefined;
  moveTo: (index: number) => void;
  open: (id: string) => void;
}

/// WAI-ARIA's pattern of a listbox: it has the focus, and says which of its options it stands on.
export function MailList({ list, mails, active, opened, moveTo, open }: MailListProps) {
  useEffect(() => { document.getElementById(`mail-${active}`)?.scrollIntoView({ block: 'nearest' }); }, [active]);

  const at = mails.findIndex((mail) => mail.id === active);
  const keys: Record<string, () => void> = {
    ArrowDown: () => moveTo(at + 1),
    ArrowUp: () => moveTo(at - 1),
    j: () => moveTo(at + 1),
    k: () => moveTo(at - 1),
    Home: () => moveTo(0),
    End: () => moveTo(mails.length - 1),
    Enter: () => open(active),
    ' ': () => open(active),
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const act = event.ctrlKey || event.altKey || event.metaKey ? undefined : keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };

  return (
    <ul ref={list} class="mails" role="listbox" aria-label={t('mail.list_order')} aria-activedescendant={`mail-${active}`}
      tabIndex={0} onKeyDown={onKeyDown}>
      {mails.map((mail) => (
        <li key={mail.id} id={`mail-${mail.id}`} role="option" class={mail.id === active ? 'active' : ''}
          aria-selected={mail.id === opened} onClick={() => open(mail.id)}>
          <strong>{mail.subject || t('mail.no_subject')}</strong>
          <time dateTime={mail.date}>{shortTime(mail.date)}</time>
          <span>{t('mail.to_whom', { address: addressText(mail.to) })}</span>
        </li>
      ))}
    </ul>
  );
}
