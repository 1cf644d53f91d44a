import { useState } from 'preact/hooks';

import { get } from '../api';
import { ButtonLink } from '../components/button';
import { LanguageSwitch } from '../components/language_switch';
import { useAnswer } from '../components/answer';
import { Alert } from '../components/notice';
import { BrandMark, Heading, Screen } from '../components/screen';
import { t } from '../messages';
import type { User } from '../server';
import { ConnectedSites } from './account/connected_sites';
import { DeleteAccount } from './account/delete_account';
import { Identities } from './account/identities';
import { PasswordSection } from './account/password';
import { ProfileSection } from './account/profile';
import { Sessions } from './account/sessions';

export function AccountPage() {
  const [answer, again] = useAnswer(() => get<{ user: User }>('/auth/me'));
  const [news, setNews] = useState('');

  if (!answer) return null;
  if (answer.problem) return <Screen title={t('account.title')}><Alert problem={answer.problem} /></Screen>;
  const { user } = answer.value;
  return (
    <div class="screen wide">
      <header>
        <BrandMark />
        <ButtonLink href="/sign-out" look="quiet">{t('sign_out')}</ButtonLink>
      </header>
      <main>
        <Heading title={t('account.title')} lead={t('account.lead')} />
        <ProfileSection user={user} onChange={again} onNews={setNews} />
        <PasswordSection user={user} onNews={setNews} />
        <Sessions onNews={setNews} />
        <ConnectedSites onNews={setNews} />
        <Identities onNews={setNews} />
        <DeleteAccount user={user} />
      </main>
      <footer><LanguageSwitch /></footer>
      <p class="news" role="status">{news}</p>
    </div>
  );
}
