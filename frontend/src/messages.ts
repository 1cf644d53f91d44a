// The texts of the pages, in the reader's language.
import type { ComponentChild } from 'preact';

import de from '../messages/de.json';
import en from '../messages/en.json';

export type Key = keyof typeof en;
type Texts = Record<Key, string>;
// Both ways: a text that one language lacks, and one that only it has, ends the build.
type Alike<One, Other> = keyof One extends keyof Other ? (keyof Other extends keyof One ? Texts : never) : never;

const languages: Record<string, Texts> = { en, de: de satisfies Alike<typeof de, typeof en> };
const rememberedAs = 'voyages.language';

function remembered(): string | null {
  try {
    return localStorage.getItem(rememberedAs);
  } catch {
    return null; // a browser may keep nothing for us
  }
}

/// What the reader chose here, else what the site that sent them asks for (OpenID Connect Core §3.1.2.1,
/// `ui_locales`), else what the browser prefers.
function chooseLanguage(): string {
  const asked = new URLSearchParams(location.search).get('ui_locales')?.split(' ') ?? [];
  const wanted = [remembered() ?? '', ...asked, ...navigator.languages];
  return wanted.map((tag) => tag.toLowerCase().split('-')[0] ?? '').find((tag) => tag in languages) ?? 'en';
}

let current = chooseLanguage();
let changed = () => {};

export function language(): string {
  return current;
}

/// The languages that there are, by the names that their readers give them.
export function languageNames(): [string, string][] {
  return Object.entries(languages).map(([tag, texts]) => [tag, texts.language_name]);
}

export function setLanguage(tag: string): void {
  current = tag;
  document.documentElement.lang = tag;
  try {
    localStorage.setItem(rememberedAs, tag);
  } catch {
    // then it is for this page alone
  }
  changed();
}

/// Calls `render` now, and whenever the language changes.
export function renderInLanguage(render: () => void): void {
  document.documentElement.lang = current;
  changed = render;
  render();
}

export function isKey(key: string): key is Key {
  return key in en;
}

/// The text, with `{name}` replaced by the value of that name.
export function t(key: Key, values: Record<string, string | number> = {}): string {
  return textOf(key).replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}

/// The same where a value is more than text.
export function rich(key: Key, values: Record<string, ComponentChild>): ComponentChild[] {
  return textOf(key).split(/\{(\w+)\}/).map((part, i) => (i % 2 === 0 ? part : values[part]));
}

function textOf(key: Key): string {
  return languages[current]?.[key] ?? en[key];
}

export function dateText(time: string): string {
  return new Intl.DateTimeFormat(current, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(time));
}

/// How long somebody has to wait: in minutes as soon as there are two.
export function durationText(seconds: number): string {
  const unit = seconds < 120 ? 'second' : 'minute';
  const count = unit === 'second' ? seconds : Math.ceil(seconds / 60);
  return new Intl.NumberFormat(current, { style: 'unit', unit, unitDisplay: 'long' }).format(count);
}
