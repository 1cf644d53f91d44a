import { useState } from 'preact/hooks';

import { post } from '../api';
import { ButtonLink } from '../components/button';
import { Form } from '../components/form';
import { Notice } from '../components/notice';
import { Screen } from '../components/screen';
import { t } from '../messages';
import { forgetLinkToken, linkToken } from '../navigation';

/// A press of a button, because programs that look through mails follow links.
export function VerifyEmailPage() {
  const [done, setDone] = useState(false);
  const token = linkToken();

  const confirm = async () => {
    const { problem } = await post('/auth/verify-email', { token });
    if (problem) return problem;
    forgetLinkToken();
    setDone(true);
  };

  if (done) {
    return (
      <Screen key="done" title={t('verify.done')} lead={t('verify.done_lead')}>
        <ButtonLink href="/account">{t('to_account')}</ButtonLink>
      </Screen>
    );
  }
  return (
    <Screen title={t('verify.title')} lead={t('verify.lead')}>
      {token ? <Form submit={t('verify.submit')} send={confirm} /> : <Notice tone="bad">{t('no_link_token')}</Notice>}
    </Screen>
  );
}
