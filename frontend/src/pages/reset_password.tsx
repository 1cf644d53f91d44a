import { useState } from 'preact/hooks';

import { post } from '../api';
import { ButtonLink } from '../components/button';
import { NewPasswordField } from '../components/field';
import { Form, type Values } from '../components/form';
import { Notice } from '../components/notice';
import { Screen } from '../components/screen';
import { t } from '../messages';
import { forgetLinkToken, linkToken } from '../navigation';

export function ResetPasswordPage() {
  const [done, setDone] = useState(false);
  const token = linkToken();

  const reset = async (values: Values) => {
    const { problem } = await post('/auth/reset-password', { ...values, token });
    if (problem) return problem;
    forgetLinkToken();
    setDone(true);
  };

  if (done) {
    return (
      <Screen key="done" title={t('reset.done')} lead={t('reset.done_lead')}>
        <ButtonLink href="/login">{t('sign_in')}</ButtonLink>
      </Screen>
    );
  }
  return (
    <Screen title={t('reset.title')} lead={t('reset.lead')}>
      {token ? (
        <Form submit={t('reset.submit')} send={reset}>
          <NewPasswordField name="password" label={t('new_password')} />
        </Form>
      ) : (
        <>
          <Notice tone="bad">{t('no_link_token')}</Notice>
          <ButtonLink href="/forgot-password">{t('forgot.title')}</ButtonLink>
        </>
      )}
    </Screen>
  );
}
