import { useState } from 'preact/hooks';

import { post } from '../../api';
import { Button } from '../../components/button';
import { ChoosePassword, passwordByMail } from '../../components/choose_password';
import { CancelButton, Dialog } from '../../components/dialog';
import { HiddenUsername, NewPasswordField, PasswordField } from '../../components/field';
import { Form, type Values } from '../../components/form';
import { Section } from '../../components/section';
import { t } from '../../messages';
import type { User } from '../../server';

interface PasswordProps {
  user: User;
  onNews: (news: string) => void;
}

export function PasswordSection({ user, onNews }: PasswordProps) {
  const [changing, setChanging] = useState(false);
  const close = () => setChanging(false);
  const change = async (values: Values) => {
    const { problem } = await post('/auth/change-password', values);
    if (problem) return problem;
    onNews(t('account.password_changed'));
    close();
  };
  if (!user.has_password) {
    return (
      <Section title={t('password')} lead={t('account.no_password')}>
        <ChoosePassword user={user} />
      </Section>
    );
  }
  return (
    <Section title={t('password')} lead={t('account.password_lead')}>
      <Button onClick={() => setChanging(true)}>{t('account.change_password')}</Button>
      {changing && (
        <Dialog title={t('account.change_password')} onClose={close}>
          <Form submit={t('account.change_password')} send={change} beside={<CancelButton onClick={close} />}>
            <HiddenUsername email={user.email} />
            <PasswordField name="current_password" label={t('current_password')} autoComplete="current-password" />
            <NewPasswordField name="new_password" label={t('new_password')} />
          </Form>
          <p class="after-form"><a href={passwordByMail(user)}>{t('login.forgot')}</a></p>
        </Dialog>
      )}
    </Section>
  );
}
