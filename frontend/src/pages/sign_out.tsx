import { post } from '../api';
import { useBrand } from '../brand';
import { ButtonLink } from '../components/button';
import { Form } from '../components/form';
import { Screen } from '../components/screen';
import { t } from '../messages';
import { goTo, query } from '../navigation';

/// A site that lost its proof of who signs out sends people here, to be asked (OpenID Connect RP-Initiated Logout
/// §2); so does our own button.
export function SignOutPage() {
  const { product_name: product } = useBrand();

  const signOut = async () => {
    const request: Record<string, string> = {};
    for (const name of ['client_id', 'post_logout_redirect_uri', 'state']) {
      const value = query(name);
      if (value !== null) request[name] = value;
    }
    const { value, problem } = await post<{ continue_to: string }>('/oauth/logout/confirm', request);
    // Who is not signed in has what was asked for.
    if (problem && problem.status !== 401) return problem;
    goTo(value?.continue_to ?? '/signed-out');
  };

  return (
    <Screen title={t('sign_out.title')} lead={t('sign_out.lead', { product })}>
      <Form submit={t('sign_out')} send={signOut}
        beside={<ButtonLink href="/account" look="quiet">{t('sign_out.stay')}</ButtonLink>} />
    </Screen>
  );
}

export function SignedOutPage() {
  return (
    <Screen title={t('signed_out.title')} lead={t('signed_out.lead')}>
      <ButtonLink href="/login">{t('signed_out.again')}</ButtonLink>
    </Screen>
  );
}
