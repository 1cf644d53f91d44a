import { useState } from 'preact/hooks';

import { type Problem, get, needsSignIn, post } from '../api';
import { Button } from '../components/button';
import { Field } from '../components/field';
import { Form, type Values } from '../components/form';
import { useAnswer } from '../components/answer';
import { Alert, Notice } from '../components/notice';
import { ScopeList } from '../components/scopes';
import { Screen } from '../components/screen';
import { SelfRegistered } from '../components/self_registered';
import { rich, t } from '../messages';
import { query, signInFirst } from '../navigation';
import type { DeviceRequest, User } from '../server';

interface Found {
  code: string;
  request: DeviceRequest;
}

/// RFC 8628 §3.3: who types the code must be told what it lets in, and be asked whether it is theirs.
function Decision({ code, request, onDecided }: Found & { onDecided: (allowed: boolean) => void }) {
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState<'allow' | 'deny'>();
  const decide = async (decision: 'allow' | 'deny') => {
    setBusy(decision);
    const allow = decision === 'allow';
    const decided = await post('/oauth/device/decision', { user_code: code, allow });
    setProblem(decided.problem);
    setBusy(undefined);
    if (!decided.problem) onDecided(allow);
  };
  const client = request.client.client_name;
  return (
    <Screen title={t('consent.title', { client })} lead={rich('device.code_is', { code: <code>{code}</code> })}>
      <Alert problem={problem} />
      <p>{t('consent.asks', { client })}</p>
      <ScopeList scopes={request.scopes.map((name) => ({ name }))} resources={request.resources} />
      <SelfRegistered client={request.client} />
      <Notice>{t('device.warning')}</Notice>
      <div class="actions">
        <Button look="primary" busy={busy === 'allow'} onClick={() => void decide('allow')}>{t('allow')}</Button>
        <Button busy={busy === 'deny'} onClick={() => void decide('deny')}>{t('deny')}</Button>
      </div>
    </Screen>
  );
}

export function DevicePage() {
  const [me] = useAnswer(() => get<{ user: User }>('/auth/me'));
  const [found, setFound] = useState<Found>();
  const [allowed, setAllowed] = useState<boolean>();

  const find = async ({ user_code: typed = '' }: Values) => {
    const letters = typed.toUpperCase().replaceAll(/[^A-Z]/g, '');
    const code = `${letters.slice(0, 4)}-${letters.slice(4)}`;
    const { value: request, problem } = await get<DeviceRequest>(
      `/oauth/device/request?${new URLSearchParams({ user_code: code })}`);
    if (request) return setFound({ code, request });
    if (!needsSignIn(problem)) return problem;
    signInFirst();
  };

  if (!me) return null;
  if (me.problem) return <Screen title={t('device.title')}><Alert problem={me.problem} /></Screen>;
  if (allowed !== undefined) {
    return <Screen key="done" title={t(allowed ? 'device.allowed' : 'device.denied')} lead={t('device.done_lead')} />;
  }
  if (found) return <Decision {...found} onDecided={setAllowed} />;
  return (
    <Screen title={t('device.title')} lead={t('device.lead')}
      below={rich('signed_in_as', { email: <strong>{me.value.user.email}</strong> })}>
      <Form submit={t('continue')} send={find}>
        <Field name="user_code" label={t('device.code')} autoComplete="one-time-code" value={query('user_code') ?? ''}
          maxLength={32} hint={t('device.code_hint')} code />
      </Form>
    </Screen>
  );
}
