import { useState } from 'preact/hooks';

import { post } from '../api';
import { useBrand } from '../brand';
import { ButtonLink } from '../components/button';
import { Form, type Values } from '../components/form';
import { MailIcon } from '../components/icons';
import { NewAccountFields, signInWith } from '../components/new_account';
import { Notice } from '../components/notice';
import { ProviderButtons } from '../components/providers';
import { ResendButton } from '../components/resend';
import { Screen } from '../components/screen';
import { rich, t } from '../messages';
import { forgetLinkToken, goBack, linkToken, pageAddress, query } from '../navigation';

function CheckMail({ email }: { email: string }) {
  return (
    <Screen title={t('register.check_mail')} lead={rich('register.mail_sent', { email: <strong>{email}</strong> })}>
      <p class="picture"><MailIcon /></p>
      <p class="small">{t('register.no_mail')}</p>
      <ResendButton email={email} />
    </Screen>
  );
}

export function RegisterPage() {
  const { registration, providers, product_name: product } = useBrand();
  const [pending, setPending] = useState('');
  const invitation = linkToken();
  // Who comes from a provider brings no invitation.
  const byProvider = registration === 'open' && providers.length > 0;
  const toLogin = <a href={pageAddress('/login')}>{t('sign_in')}</a>;

  const register = async (values: Values) => {
    const answer = await post<{ status?: string }>('/auth/register',
      { ...values, ...(invitation && { invite_token: invitation }) });
    if (answer.problem) return answer.problem;
    forgetLinkToken();
    if (answer.value.status === 'verification_pending') setPending(values['email'] ?? '');
    else await signInWith(values, goBack);
  };

  if (pending) return <CheckMail email={pending} />;
  if (registration === 'closed' || (registration === 'invite' && !invitation)) {
    return (
      <Screen title={t('register.title')}>
        <Notice>{t(registration === 'closed' ? 'error.registration_closed' : 'register.invitation_needed')}</Notice>
        <ButtonLink href={pageAddress('/login')}>{t('sign_in')}</ButtonLink>
      </Screen>
    );
  }
  return (
    <Screen title={t('register.title')} lead={t(invitation ? 'register.invited' : 'register.lead', { product })}
      below={rich('register.have_account', { link: toLogin })}>
      <Form submit={t('register.submit')} send={register}>
        <NewAccountFields email={query('login_hint') ?? ''} />
      </Form>
      {byProvider && <p class="or"><span>{t('or')}</span></p>}
      {byProvider && <ProviderButtons />}
    </Screen>
  );
}
