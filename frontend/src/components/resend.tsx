import { useState } from 'preact/hooks';

import { type Problem, post } from '../api';
import { t } from '../messages';
import { Button } from './button';
import { Alert } from './notice';

/// Asks for another mail that proves an address.
export function ResendButton({ email }: { email: string }) {
  const [state, setState] = useState<'idle' | 'busy' | 'sent'>('idle');
  const [problem, setProblem] = useState<Problem>();
  const resend = async () => {
    setState('busy');
    const answer = await post('/auth/resend-verification', { email });
    setProblem(answer.problem);
    setState(answer.problem ? 'idle' : 'sent');
  };
  return (
    <div class="remedy">
      <Alert problem={problem} />
      {state !== 'sent' && <Button busy={state === 'busy'} onClick={() => void resend()}>{t('resend')}</Button>}
      <p role="status" class={state === 'sent' ? '' : 'heard'}>{state === 'sent' ? t('resend_done', { email }) : ''}</p>
    </div>
  );
}
