import { post } from '../api';
import { useBrand } from '../brand';
import { ButtonLink } from '../components/button';
import { Form, type Values } from '../components/form';
import { NewAccountFields, signInWith } from '../components/new_account';
import { Notice } from '../components/notice';
import { Screen } from '../components/screen';
import { t } from '../messages';
import { forgetLinkToken, linkToken } from '../navigation';

export function SetupPage() {
  const { setup_needed: needed, product_name: product } = useBrand();
  const token = linkToken();

  const makeOwner = async (values: Values) => {
    const { problem } = await post('/auth/setup', { ...values, token });
    if (problem) return problem;
    forgetLinkToken();
    await signInWith(values, () => location.assign('/account'));
  };

  if (!needed) {
    return (
      <Screen title={t('setup.title', { product })}>
        <Notice>{t('setup.done_already')}</Notice>
        <ButtonLink href="/login">{t('sign_in')}</ButtonLink>
      </Screen>
    );
  }
  return (
    <Screen title={t('setup.title', { product })} lead={t('setup.lead')}>
      {token ? (
        <Form submit={t('setup.submit')} send={makeOwner}>
          <NewAccountFields />
        </Form>
      ) : <Notice tone="bad">{t('setup.no_token')}</Notice>}
    </Screen>
  );
}
