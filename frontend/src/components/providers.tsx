// Signing in with an account somewhere else.
import { useState } from 'preact/hooks';

import { type Problem, post } from '../api';
import { useBrand } from '../brand';
import { isKey, t } from '../messages';
import { checkedReturn, goTo, query } from '../navigation';
import { Monogram } from './icons';
import { Alert, Notice } from './notice';

/// What went wrong at the provider that somebody came back from.
export function ReturnedError() {
  const code = query('error');
  if (!code) return null;
  const key = `error.${code}`;
  return <Notice tone="bad">{t(isKey(key) ? key : 'error.federation_failed')}</Notice>;
}

/// One button a provider; `link` ties the account there to the one signed in here.
export function ProviderButtons({ link = false }: { link?: boolean }) {
  const { providers } = useBrand();
  const [problem, setProblem] = useState<Problem>();
  const go = async (id: string) => {
    const back = query('return_to');
    const request = link ? { link } : { ...(checkedReturn(back) && { return_to: back }) };
    const { value, problem: refused } = await post<{ authorization_url: string }>(
      `/auth/federation/${encodeURIComponent(id)}`, request);
    setProblem(refused);
    if (value) goTo(value.authorization_url);
  };
  return (
    <div class="providers">
      <Alert problem={problem}>
        {problem?.code === 'fresh_sign_in_needed'
          && <> <a href={`/login?return_to=${location.pathname}`}>{t('account.sign_in_again')}</a></>}
      </Alert>
      {providers.map(({ id, name }) => (
        <button type="button" key={id} class="button quiet provider" onClick={() => void go(id)}>
          <Monogram name={name} />{t(link ? 'account.link_provider' : 'continue_with', { provider: name })}
        </button>
      ))}
    </div>
  );
}
