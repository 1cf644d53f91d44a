// Reads the captured mails. The token stands behind the `#` of the address, which browsers keep to themselves, and stays
// there, so that loading the page again works: it is kept nowhere else but in this script's memory.
'use strict';

const refreshEvery_ms = 3000;
const byId = (id) => document.getElementById(id);
const list = byId('mails');
const views = ['html', 'text', 'source'];

let mails = []; // newest first
let nextCursor;
let active; // the id that the keyboard stands on
let opened; // the mail that is shown
let chosenView = 'html'; // what its reader likes to see, where a mail has it

function linkToken() {
  return new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
}

async function call(method, path) {
  let response;
  try {
    response = await fetch(`/captured-mails${path}`, { method, headers: { 'X-Mail-Token': linkToken() } });
  } catch {
    throw new Error('The server does not answer. This page goes on trying.');
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  const error = new Error(problem.detail ?? `The server answered with status ${response.status}.`);
  error.code = problem.code;
  // The route itself is absent, not one mail.
  if (response.status === 404 && problem.code === 'not_found') {
    error.message = 'A mail server is configured, so mails are sent and not captured.';
  }
  throw error;
}

function showProblem(text) {
  if (byId('problem').textContent !== text) byId('problem').textContent = text; // said once, not every few seconds
  byId('problem').hidden = text === '';
}

/// Does something that a click or a key asked for, and says when it failed.
function attempt(action) {
  return (...values) => action(...values).then(() => showProblem(''), (error) => showProblem(error.message));
}

function shortTime(text) {
  const date = new Date(text);
  const today = date.toDateString() === new Date().toDateString();
  return today ? date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
    : date.toLocaleDateString([], { day: 'numeric', month: 'short', year: 'numeric' });
}

function addressText({ name, address }) {
  return name ? `${name} <${address}>` : address;
}

function element(tag, text, properties = {}) {
  return Object.assign(document.createElement(tag), { textContent: text }, properties);
}

function makeRow(mail) {
  const row = element('li', '', { id: `mail-${mail.id}` });
  row.setAttribute('role', 'option');
  row.append(element('strong', mail.subject || '(no subject)'),
    element('time', shortTime(mail.date), { dateTime: mail.date }), element('span', `to ${addressText(mail.to)}`));
  row.addEventListener('click', () => { activate(mail.id); attempt(open)(mail.id); });
  return row;
}

/// Rows that stay are left alone, so that neither focus nor the place scrolled to is lost.
function showList() {
  const rows = new Map([...list.children].map((row) => [row.id, row]));
  const wanted = mails.map((mail) => rows.get(`mail-${mail.id}`) ?? makeRow(mail));
  if (wanted.length !== list.children.length || wanted.some((row, i) => row !== list.children[i])) {
    list.replaceChildren(...wanted);
  }
  byId('empty').hidden = mails.length > 0;
  byId('reader').hidden = mails.length === 0;
  byId('delete-all').hidden = mails.length === 0;
  byId('more').hidden = !nextCursor;
  if (!mails.some((mail) => mail.id === active)) active = mails[0]?.id;
  markRows();
}

function markRows() {
  for (const row of list.children) {
    row.classList.toggle('active', row.id === `mail-${active}`);
    row.setAttribute('aria-selected', String(row.id === `mail-${opened?.id}`));
  }
  if (active) list.setAttribute('aria-activedescendant', `mail-${active}`);
  else list.removeAttribute('aria-activedescendant');
}

function activate(id) {
  active = id;
  markRows();
  byId(`mail-${id}`)?.scrollIntoView({ block: 'nearest' });
}

function moveBy(step) {
  const at = mails.findIndex((mail) => mail.id === active);
  activate(mails[Math.min(Math.max(at + step, 0), mails.length - 1)].id);
}

/// The text with its http(s) links made into links; nothing of it is ever taken for markup.
function linked(text) {
  const parts = document.createDocumentFragment();
  let at = 0;
  for (const { 0: url, index } of text.matchAll(/https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]}']/g)) {
    parts.append(text.slice(at, index), element('a', url, { href: url, target: '_blank', rel: 'noopener noreferrer' }));
    at = index + url.length;
  }
  parts.append(text.slice(at));
  return parts;
}

function showView(name) {
  for (const view of views) {
    const shown = view === name;
    byId(`view-${view}`).hidden = !shown;
    byId(`tab-${view}`).setAttribute('aria-selected', String(shown));
    byId(`tab-${view}`).tabIndex = shown ? 0 : -1;
  }
  byId('widths').hidden = name !== 'html';
}

/// The frame runs no script, sends no form and has no origin; `page_policy`, which it inherits, lets it load nothing from
/// elsewhere. Its links open in a tab of their own.
function showHtml(html) {
  byId('frame').srcdoc = html && `<base target="_blank">${html}`;
}

function showMail(mail) {
  byId('subject').textContent = mail.subject || '(no subject)';
  byId('from').textContent = addressText(mail.from);
  byId('to').textContent = addressText(mail.to);
  byId('date').textContent = new Date(mail.date).toLocaleString([], { dateStyle: 'long', timeStyle: 'short' });
  byId('date').dateTime = mail.date;
  byId('files').textContent = mail.attachments.map(({ name, size }) => `${name} (${size.toLocaleString()} bytes)`).join(', ');
  for (const part of document.querySelectorAll('[data-files]')) part.hidden = mail.attachments.length === 0;
  byId('tab-html').disabled = !mail.html;
  byId('view-text').replaceChildren(linked(mail.text));
  byId('view-source').textContent = mail.source + (mail.source_is_cut ? '\n… The download has all of it.' : '');
  showHtml(mail.html);
  showView(mail.html || chosenView !== 'html' ? chosenView : 'text');
  byId('mail').hidden = false;
  byId('choose').hidden = true;
  byId('reader').classList.add('reading');
}

async function open(id) {
  opened = await (await call('GET', `/${id}`)).json();
  showMail(opened);
  markRows();
  byId('subject').focus();
}

function close() {
  opened = undefined;
  byId('mail').hidden = true;
  byId('choose').hidden = false;
  byId('reader').classList.remove('reading');
  byId('frame').srcdoc = '';
  markRows();
  list.focus();
}

/// The newest page, and below it what was loaded before of the older ones.
async function refresh() {
  const page = await (await call('GET', '')).json();
  const last = page.items.at(-1)?.id;
  const known = new Set(mails.map((mail) => mail.id));
  const fresh = page.items.filter((mail) => !known.has(mail.id));
  const older = page.next_cursor ? mails.filter((mail) => mail.id < last) : [];
  if (older.length === 0) nextCursor = page.next_cursor;
  const first = refresh.done !== true;
  refresh.done = true;
  mails = [...page.items, ...older];
  showList();
  if (!first && fresh.length > 0) {
    byId('news').textContent = fresh.length === 1 ? `New mail: ${fresh[0].subject}` : `${fresh.length} new mails`;
  }
}

async function loadOlder() {
  const page = await (await call('GET', `?cursor=${nextCursor}`)).json();
  mails = [...mails, ...page.items];
  nextCursor = page.next_cursor;
  showList();
}

async function remove() {
  const { id } = opened;
  const at = mails.findIndex((mail) => mail.id === id);
  await call('DELETE', `/${id}`);
  mails = mails.filter((mail) => mail.id !== id);
  active = (mails[at] ?? mails.at(-1))?.id;
  close();
  showList();
  byId('news').textContent = 'The mail is deleted.';
}

async function removeAll() {
  if (!confirm('Delete all captured mails?')) return;
  await call('DELETE', '');
  mails = [];
  nextCursor = undefined;
  if (opened) close();
  showList();
  byId('news').textContent = 'All mails are deleted.';
}

async function download() {
  const url = URL.createObjectURL(await (await call('GET', `/${opened.id}/source`)).blob());
  element('a', '', { href: url, download: `${opened.id}.eml` }).click();
  URL.revokeObjectURL(url);
}

function choose(view) {
  chosenView = view;
  showView(view);
}

function setWidth(phone) {
  byId('view-html').classList.toggle('phone', phone);
  byId('narrow').setAttribute('aria-pressed', String(phone));
  byId('wide').setAttribute('aria-pressed', String(!phone));
}

/// WAI-ARIA's pattern of tabs: the arrows go from one to the next that can be chosen.
function moveTab(step) {
  const usable = views.filter((view) => !byId(`tab-${view}`).disabled);
  const at = usable.findIndex((view) => byId(`tab-${view}`).getAttribute('aria-selected') === 'true');
  const next = usable[(at + step + usable.length) % usable.length];
  choose(next);
  byId(`tab-${next}`).focus();
}

const listKeys = {
  ArrowDown: () => moveBy(1),
  ArrowUp: () => moveBy(-1),
  j: () => moveBy(1),
  k: () => moveBy(-1),
  Home: () => moveBy(-mails.length),
  End: () => moveBy(mails.length),
  Enter: () => attempt(open)(active),
  ' ': () => attempt(open)(active),
};

list.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || !listKeys[event.key] || mails.length === 0) return;
  event.preventDefault();
  listKeys[event.key]();
});

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && opened) return close();
  if (event.ctrlKey || event.altKey || event.metaKey || document.activeElement === list || mails.length === 0) return;
  if (event.key !== 'j' && event.key !== 'k') return;
  moveBy(event.key === 'j' ? 1 : -1);
  if (opened) attempt(open)(active);
  else list.focus();
});

document.querySelector('[role=tablist]').addEventListener('keydown', (event) => {
  if (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft') return;
  event.preventDefault();
  moveTab(event.key === 'ArrowRight' ? 1 : -1);
});

for (const view of views) byId(`tab-${view}`).addEventListener('click', () => choose(view));
byId('wide').addEventListener('click', () => setWidth(false));
byId('narrow').addEventListener('click', () => setWidth(true));
byId('back').addEventListener('click', close);
byId('more').addEventListener('click', attempt(loadOlder));
byId('delete').addEventListener('click', attempt(remove));
byId('delete-all').addEventListener('click', attempt(removeAll));
byId('download').addEventListener('click', attempt(download));
window.addEventListener('hashchange', () => location.reload());

async function watch() {
  if (!linkToken()) {
    return showProblem('This address lacks its token. Open the link to the mail that `voyages serve` printed.');
  }
  for (;;) {
    try {
      if (!document.hidden) await refresh();
      if (!document.hidden) showProblem('');
    } catch (error) {
      showProblem(error.message);
      if (error.code) return undefined; // refused, which asking again does not change
    }
    await new Promise((resolve) => { setTimeout(resolve, refreshEvery_ms); });
  }
}

watch();
