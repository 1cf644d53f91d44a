import { useState } from 'preact/hooks';

import { type Problem, get, post } from '../api';
import { Button } from '../components/button';
import { useAnswer } from '../components/answer';
import { Alert } from '../components/notice';
import { ScopeList } from '../components/scopes';
import { Screen } from '../components/screen';
import { SelfRegistered } from '../components/self_registered';
import { rich, t } from '../messages';
import { goTo, query } from '../navigation';
import type { ConsentRequest } from '../server';

/// The request under way, as the address of this page names it.
const request = () => ({ client_id: query('client_id') ?? '', request_uri: query('request_uri') ?? '' });

function anotherAccount(): string {
  const back = new URLSearchParams({ return_to: `/oauth/authorize?${new URLSearchParams(request())}` });
  return `/login?${back}`;
}

export function ConsentPage() {
  const [answer] = useAnswer(() => get<ConsentRequest>(`/oauth/consent?${new URLSearchParams(request())}`));
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState<'allow' | 'deny'>();

  const decide = async (decision: 'allow' | 'deny') => {
    setBusy(decision);
    const allow = decision === 'allow';
    const decided = await post<{ continue_to: string }>('/oauth/consent', { ...request(), allow });
    setProblem(decided.problem);
    if (decided.value) goTo(decided.value.continue_to);
    else setBusy(undefined);
  };

  if (!answer) return null;
  if (answer.problem) return <Screen title={t('consent.no_request')}><Alert problem={answer.problem} /></Screen>;
  const { client, user, scopes, resources } = answer.value;
  const host = client.redirect_host;
  return (
    <Screen title={t('consent.title', { client: client.client_name })}
      lead={rich('signed_in_as', { email: <strong>{user.email}</strong> })}
      below={<a href={anotherAccount()}>{t('consent.another_account')}</a>}>
      <Alert problem={problem} />
      <p>{t('consent.asks', { client: client.client_name })}</p>
      <ScopeList scopes={scopes} resources={resources} />
      <SelfRegistered client={client} />
      {host && <p class="small">{rich('consent.goes_to', { host: <strong>{host}</strong> })}</p>}
      <div class="actions">
        <Button look="primary" busy={busy === 'allow'} onClick={() => void decide('allow')}>{t('allow')}</Button>
        <Button busy={busy === 'deny'} onClick={() => void decide('deny')}>{t('cancel')}</Button>
      </div>
    </Screen>
  );
}
