import { useState } from 'preact/hooks';

import { post } from '../api';
import { Field } from '../components/field';
import { Form, type Values } from '../components/form';
import { MailIcon } from '../components/icons';
import { Screen } from '../components/screen';
import { rich, t } from '../messages';
import { pageAddress, query } from '../navigation';

export function ForgotPasswordPage() {
  const [sentTo, setSentTo] = useState('');
  const back = <a href={pageAddress('/login')}>{t('back_to_sign_in')}</a>;

  const ask = async (values: Values) => {
    const { problem } = await post('/auth/forgot-password', values);
    if (problem) return problem;
    setSentTo(values['email'] ?? '');
  };

  if (sentTo) {
    return (
      <Screen key="done" title={t('forgot.done')} lead={rich('forgot.done_lead', { email: <strong>{sentTo}</strong> })}
        below={back}>
        <p class="picture"><MailIcon /></p>
        <p class="small">{t('forgot.no_mail')}</p>
      </Screen>
    );
  }
  return (
    <Screen title={t('forgot.title')} lead={t('forgot.lead')} below={back}>
      <Form submit={t('forgot.submit')} send={ask}>
        <Field name="email" label={t('email')} type="email" autoComplete="username" value={query('login_hint') ?? ''} />
      </Form>
    </Screen>
  );
}
