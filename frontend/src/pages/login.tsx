import { useEffect, useState } from 'preact/hooks';

import { type Problem, get, post } from '../api';
import { useBrand } from '../brand';
import { Field, PasswordField } from '../components/field';
import { Form, type Values } from '../components/form';
import { Notice } from '../components/notice';
import { ProviderButtons, ReturnedError } from '../components/providers';
import { ResendButton } from '../components/resend';
import { Screen } from '../components/screen';
import { rich, t } from '../messages';
import { checkedReturn, goBack, pageAddress, query } from '../navigation';

interface WaitingRequest {
  client_name: string;
  registered_by_itself: boolean;
  login_hint?: string;
}

/// The request of a site that waits for somebody to sign in, if that is what leads here.
function useWaitingRequest(): WaitingRequest | undefined {
  const [request, setRequest] = useState<WaitingRequest>();
  useEffect(() => {
    const back = new URL(checkedReturn(query('return_to')) ?? '/', location.origin);
    const { searchParams: params } = back;
    if (back.pathname !== '/oauth/authorize' || !params.has('client_id') || !params.has('request_uri')) return;
    const asked = new URLSearchParams({
      client_id: params.get('client_id') ?? '', request_uri: params.get('request_uri') ?? '',
    });
    // The name is worth showing; without it one signs in all the same.
    void get<WaitingRequest>(`/oauth/request?${asked}`).then(({ value }) => setRequest(value));
  }, []);
  return request;
}

export function LoginPage() {
  const { registration, providers, product_name: product } = useBrand();
  const [email, setEmail] = useState('');
  const request = useWaitingRequest();

  const signIn = async (values: Values) => {
    setEmail(values['email'] ?? '');
    const { problem } = await post('/auth/session', values);
    if (problem) return problem;
    goBack();
  };
  const remedy = ({ code }: Problem) => code === 'email_not_verified' && <ResendButton email={email} />;

  const lead = request ? rich('login.to_continue', { client: <strong>{request.client_name}</strong> })
    : t('login.lead', { product });
  const below = registration === 'open'
    && rich('login.no_account', { link: <a href={pageAddress('/register')}>{t('login.register')}</a> });
  return (
    <Screen title={t('login.title')} lead={lead} below={below}>
      <ReturnedError />
      {request?.registered_by_itself && <Notice>{t('login.self_registered')}</Notice>}
      <Form submit={t('login.submit')} send={signIn} remedy={remedy}>
        <Field name="email" label={t('email')} type="email" autoComplete="username"
          value={query('login_hint') ?? request?.login_hint ?? ''} />
        <PasswordField name="password" label={t('password')} autoComplete="current-password" />
      </Form>
      <p class="after-form"><a href={pageAddress('/forgot-password')}>{t('login.forgot')}</a></p>
      {providers.length > 0 && <p class="or"><span>{t('or')}</span></p>}
      {providers.length > 0 && <ProviderButtons />}
    </Screen>
  );
}
