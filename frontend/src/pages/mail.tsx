// The captured mails, beside the one that is read.
import { useEffect, useRef, useState } from 'preact/hooks';

import { type Answer, type Problem, ourProblem, problemText } from '../api';
import { type Mail, type Summary, deleteMail, deleteMails, downloadMail, getMail, listMails } from '../captured_mails';
import { MailList } from '../components/mail_list';
import { MailView, type View } from '../components/mail_view';
import { BrandMark } from '../components/screen';
import { useBrand } from '../brand';
import { rich, t } from '../messages';
import { linkToken } from '../navigation';
import '../styles/mail.css';

const refreshEvery_ms = 3000;
const key = (name: string) => <kbd>{name}</kbd>;

const hasModifier = (event: KeyboardEvent) => event.ctrlKey || event.altKey || event.metaKey;

interface Inbox {
  mails: Summary[]; // newest first
  nextCursor?: string | undefined;
}

/// The newest page, and below it what was loaded before of the older ones.
function merged({ mails, nextCursor }: Inbox, page: { items: Summary[]; next_cursor?: string }): Inbox {
  const last = page.items.at(-1)?.id ?? '';
  const older = page.next_cursor ? mails.filter((mail) => mail.id < last) : [];
  return { mails: [...page.items, ...older], nextCursor: older.length > 0 ? nextCursor : page.next_cursor };
}

function Empty() {
  return (
    <section class="empty">
      <h2>{t('mail.none')}</h2>
      <p>{t('mail.none_lead')}</p>
      <p>{t('mail.none_remedy')}</p>
      <pre><code>VOYAGES_SMTP_URL=smtps://user:password@mail.example.com</code></pre>
    </section>
  );
}

export function MailPage() {
  const { product_name: product } = useBrand();
  const [inbox, setInbox] = useState<Inbox>();
  const [active, setActive] = useState<string>(); // the id that the keyboard stands on
  const [opened, setOpened] = useState<Mail>();
  const [view, setView] = useState<View>('html'); // what its reader likes to see, where a mail has it
  const [problem, setProblem] = useState<Problem>();
  const [news, setNews] = useState('');
  const list = useRef<HTMLUListElement>(null);
  const mails = inbox?.mails ?? [];
  const current = mails.find((mail) => mail.id === active) ?? mails[0];

  useEffect(() => { document.title = `${t('mail.title')} · ${product}`; }, [product]);

  /// What a click or a key asked for: its value, or the page says why there is none.
  const settle = <Value,>(answer: Answer<Value>): Answer<Value> => {
    setProblem(answer.problem);
    return answer;
  };

  // What the timer works on is not what was drawn when it began.
  const latest = useRef(inbox);
  latest.current = inbox;
  const refresh = async (): Promise<boolean> => {
    const { value, problem: refusal } = settle(await listMails());
    if (!value) return refusal.status === 0; // refused, which asking again does not change
    const before = latest.current;
    const known = new Set(before?.mails.map((mail) => mail.id));
    const fresh = value.items.filter((mail) => !known.has(mail.id));
    setInbox(merged(before ?? { mails: [] }, value));
    if (before && fresh.length === 1) setNews(t('mail.new', { subject: fresh[0]?.subject ?? '' }));
    if (before && fresh.length > 1) setNews(t('mail.new_many', { count: fresh.length }));
    return true;
  };
  useEffect(() => {
    window.addEventListener('hashchange', () => location.reload());
    if (!linkToken()) return setProblem(ourProblem('no_mail_token'));
    let timer = 0;
    let stopped = false;
    const watch = async () => {
      if (!document.hidden && !(await refresh())) return;
      if (!stopped) timer = window.setTimeout(watch, refreshEvery_ms);
    };
    void watch();
    return () => { stopped = true; clearTimeout(timer); };
  }, []);

  const open = async (id: string) => {
    setActive(id);
    const { value } = settle(await getMail(id));
    if (value) setOpened(value);
    document.getElementById('subject')?.focus(); // of the mail that is read already
  };
  const close = () => {
    setOpened(undefined);
    list.current?.focus();
  };
  const moveTo = (index: number) => {
    const mail = mails[Math.min(Math.max(index, 0), mails.length - 1)];
    setActive(mail?.id);
    return mail;
  };
  const loadOlder = async () => {
    const { value } = settle(await listMails(inbox?.nextCursor));
    if (value) setInbox({ mails: [...mails, ...value.items], nextCursor: value.next_cursor });
  };
  const removeOpened = async ({ id }: Mail) => {
    const at = mails.findIndex((mail) => mail.id === id);
    if (settle(await deleteMail(id)).problem) return;
    const rest = mails.filter((mail) => mail.id !== id);
    setInbox({ ...inbox, mails: rest });
    setActive((rest[at] ?? rest.at(-1))?.id);
    setNews(t('mail.deleted'));
    close();
  };
  const removeAll = async () => {
    if (!confirm(t('mail.delete_all_sure')) || settle(await deleteMails()).problem) return;
    setInbox({ mails: [] });
    setOpened(undefined);
    setNews(t('mail.all_deleted'));
  };

  const onKey = useRef<(event: KeyboardEvent) => void>(() => {});
  onKey.current = (event) => {
    if (event.key === 'Escape' && opened) return close();
    if (hasModifier(event) || document.activeElement === list.current || !current) return;
    if (event.key !== 'j' && event.key !== 'k') return;
    const mail = moveTo(mails.indexOf(current) + (event.key === 'j' ? 1 : -1));
    if (opened && mail) void open(mail.id);
    else list.current?.focus();
  };
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey.current(event);
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, []);

  return (
    <div class="captured">
      <header class="bar">
        <BrandMark />
        <h1>{t('mail.heading')}</h1>
        {mails.length > 0 && <button type="button" onClick={removeAll}>{t('mail.delete_all')}</button>}
      </header>
      <p id="news" class="heard" role="status" aria-live="polite">{news}</p>
      <div role="alert" class={problem ? 'notice bad' : 'heard'}>
        {problem && (problem.code === 'no_mail_token' ? t('mail.no_token') : problemText(problem))}
      </div>
      {inbox && mails.length === 0 && <Empty />}
      {current && (
        <div class={opened ? 'reader reading' : 'reader'}>
          <nav class="inbox" aria-label={t('mail.list')}>
            <MailList list={list} mails={mails} active={current.id} opened={opened?.id} moveTo={moveTo} open={open} />
            {inbox?.nextCursor && <button type="button" class="more" onClick={loadOlder}>{t('mail.older')}</button>}
          </nav>
          {opened ? (
            <MailView key={opened.id} mail={opened} view={view} choose={setView} close={close}
              download={async () => setProblem(await downloadMail(opened.id))} remove={() => removeOpened(opened)} />
          ) : (
            <p class="choose">
              {rich('mail.choose', { up: key('↑'), down: key('↓'), k: key('k'), j: key('j'), enter: key('Enter') })}
            </p>
          )}
        </div>
      )}
    </div>
  );
}
