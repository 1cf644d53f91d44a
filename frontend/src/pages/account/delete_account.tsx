import { useState } from 'preact/hooks';

import { invalidField, remove } from '../../api';
import { Button } from '../../components/button';
import { CancelButton, Dialog } from '../../components/dialog';
import { Field } from '../../components/field';
import { Form, type Values } from '../../components/form';
import { Section } from '../../components/section';
import { t } from '../../messages';
import type { User } from '../../server';

export function DeleteAccount({ user }: { user: User }) {
  const [asking, setAsking] = useState(false);
  const close = () => setAsking(false);
  const erase = async ({ email }: Values) => {
    if (email?.toLowerCase() !== user.email.toLowerCase()) {
      return invalidField('email', 'not_yours');
    }
    const { problem } = await remove('/auth/me');
    if (problem) return problem;
    location.assign('/signed-out');
  };
  return (
    <Section title={t('account.delete')} lead={t('account.delete_lead')}>
      <Button look="danger" onClick={() => setAsking(true)}>{t('account.delete')}</Button>
      {asking && (
        <Dialog title={t('account.delete_question')} onClose={close}>
          <p class="lead">{t('account.delete_forever')}</p>
          <Form submit={t('account.delete_now')} look="danger" send={erase} beside={<CancelButton onClick={close} />}>
            <Field name="email" label={t('account.type_email', { email: user.email })} type="email"
              autoComplete="off" />
          </Form>
        </Dialog>
      )}
    </Section>
  );
}
