import { ButtonLink } from '../components/button';
import { Screen } from '../components/screen';
import { isKey, t } from '../messages';

/// What the server answers where it cannot send the browser back to the site that it came from, and what stands at an
/// address that we do not know.
export function errorPage(code: string) {
  return function ErrorPage() {
    const key = `error_page.${code}`;
    return (
      <Screen title={t('error_page.title')} lead={t(isKey(key) ? key : 'error_page.other')}>
        {code && <p class="small">{t('error_page.code')} <code>{code}</code></p>}
        <ButtonLink href="/account" look="quiet">{t('to_account')}</ButtonLink>
      </Screen>
    );
  };
}
