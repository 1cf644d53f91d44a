import { useEffect, useRef, useState } from 'preact/hooks';

import type { Mail } from '../captured_mails';
import { language, t } from '../messages';
import { addressText } from './mail_list';

const views = ['html', 'text', 'source'] as const;
export type View = (typeof views)[number];

const nameOf = (view: View) => ({ html: t('mail.html'), text: t('mail.text'), source: t('mail.source') })[view];

/// The text with its http(s) links made into links; nothing of it is ever taken for markup.
function Linked({ text }: { text: string }) {
  return <>{text.split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]}'])/g).map((part, i) => (i % 2 === 0 ? part
    : <a href={part} target="_blank" rel="noopener noreferrer">{part}</a>))}</>;
}

interface TabsProps {
  shown: View;
  hasHtml: boolean;
  choose: (view: View) => void;
}

/// WAI-ARIA's pattern of tabs: the arrows go from one to the next that can be chosen.
function Tabs({ shown, hasHtml, choose }: TabsProps) {
  const usable = views.filter((view) => view !== 'html' || hasHtml);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft') return;
    event.preventDefault();
    const step = event.key === 'ArrowRight' ? 1 : -1;
    const next = usable[(usable.indexOf(shown) + step + usable.length) % usable.length] ?? shown;
    choose(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={t('mail.form')} onKeyDown={onKeyDown}>
      {views.map((view) => (
        <button key={view} id={`tab-${view}`} type="button" role="tab" aria-controls={`view-${view}`}
          aria-selected={view === shown} tabIndex={view === shown ? 0 : -1} disabled={!usable.includes(view)}
          onClick={() => choose(view)}>
          {nameOf(view)}
        </button>
      ))}
    </div>
  );
}

interface MailViewProps {
  mail: Mail;
  view: View;
  choose: (view: View) => void;
  close: () => void;
  download: () => void;
  remove: () => void;
}

/// The frame runs no script, sends no form and has no origin; the page's policy, which it inherits, lets it load nothing
/// from elsewhere. Its links open in a tab of their own.
export function MailView({ mail, view, choose, close, download, remove }: MailViewProps) {
  const [onPhone, setOnPhone] = useState(false);
  const subject = useRef<HTMLHeadingElement>(null);
  useEffect(() => { subject.current?.focus(); }, []);
  const shown = view === 'html' && !mail.html ? 'text' : view;
  const files = mail.attachments.map(({ name, size }) => t('mail.file', { name, size: size.toLocaleString(language()) }));

  return (
    <main class="mail" aria-labelledby="subject">
      <button type="button" class="back" onClick={close}>{t('mail.back')}</button>
      <h2 id="subject" ref={subject} tabIndex={-1}>{mail.subject || t('mail.no_subject')}</h2>
      <dl class="fields">
        <dt>{t('mail.from')}</dt><dd>{addressText(mail.from)}</dd>
        <dt>{t('mail.to')}</dt><dd>{addressText(mail.to)}</dd>
        <dt>{t('mail.date')}</dt>
        <dd><time dateTime={mail.date}>
          {new Date(mail.date).toLocaleString(language(), { dateStyle: 'long', timeStyle: 'short' })}
        </time></dd>
        {files.length > 0 && <><dt>{t('mail.files')}</dt><dd>{files.join(', ')}</dd></>}
      </dl>
      <div class="tools">
        <Tabs shown={shown} hasHtml={mail.html !== ''} choose={choose} />
        {shown === 'html' && (
          <div class="tabs widths" role="group" aria-label={t('mail.width')}>
            <button type="button" aria-pressed={!onPhone} onClick={() => setOnPhone(false)}>{t('mail.wide')}</button>
            <button type="button" aria-pressed={onPhone} onClick={() => setOnPhone(true)}>{t('mail.narrow')}</button>
          </div>
        )}
        <button type="button" class="download" onClick={download}>{t('mail.download')}</button>
        <button type="button" class="bad" onClick={remove}>{t('mail.delete')}</button>
      </div>
      <div id="view-html" class={onPhone ? 'view phone' : 'view'} role="tabpanel" aria-labelledby="tab-html" hidden={shown !== 'html'}>
        <iframe id="frame" title={t('mail.frame')} sandbox="allow-popups allow-popups-to-escape-sandbox"
          referrerpolicy="no-referrer" srcdoc={mail.html && `<base target="_blank">${mail.html}`} />
      </div>
      <pre id="view-text" class="view" role="tabpanel" aria-labelledby="tab-text" tabIndex={0} hidden={shown !== 'text'}>
        <Linked text={mail.text} />
      </pre>
      <pre id="view-source" class="view" role="tabpanel" aria-labelledby="tab-source" tabIndex={0} hidden={shown !== 'source'}>
        {mail.source}{mail.source_is_cut && `\n${t('mail.source_cut')}`}
      </pre>
    </main>
  );
}
