// What people must know of a site whose name is what it says of itself.
import { t } from '../messages';
import type { Client } from '../server';
import { Notice } from './notice';

export function SelfRegistered({ client }: { client: Client }) {
  return client.registered_by_itself ? <Notice>{t('consent.self_registered')}</Notice> : null;
}
