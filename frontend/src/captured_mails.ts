// The captured mails, as the server has them. The token stands behind the `#` of the address, and stays there, so that
// loading the page again works.
import { type Answer, call, type Problem, unreachable } from './api';
import { linkToken } from './navigation';

export interface Mailbox {
  name: string;
  address: string;
}

export interface Summary {
  id: string;
  from: Mailbox;
  to: Mailbox;
  subject: string;
  date: string;
}

export interface Mail extends Summary {
  text: string;
  html: string;
  source: string;
  source_is_cut: boolean;
  attachments: { name: string; size: number }[];
}

export interface Page {
  items: Summary[]; // newest first
  next_cursor?: string;
}

const token = () => ({ 'X-Mail-Token': linkToken() });
const ask = async <Value>(method: string, path: string): Promise<Answer<Value>> => {
  const answer = await call<Value>(method, `/captured-mails${path}`, undefined, token());
  // The route itself is absent, not one mail.
  if (answer.problem?.code === 'not_found') answer.problem.code = 'not_captured';
  return answer;
};

export const listMails = (cursor?: string) => ask<Page>('GET', cursor ? `?cursor=${cursor}` : '');
export const getMail = (id: string) => ask<Mail>('GET', `/${id}`);
export const deleteMail = (id: string) => ask<void>('DELETE', `/${id}`);
export const deleteMails = () => ask<void>('DELETE', '');

/// Hands the mail to the browser as a file. The token is in no address, so no plain link can do it.
export async function downloadMail(id: string): Promise<Problem | undefined> {
  const response = await fetch(`/captured-mails/${id}/source`, { headers: token() }).catch(() => undefined);
  if (!response?.ok) return unreachable;
  const url = URL.createObjectURL(await response.blob());
  Object.assign(document.createElement('a'), { href: url, download: `${id}.eml` }).click();
  URL.revokeObjectURL(url);
  return undefined;
}
