import { useState } from 'preact/hooks';

import { patch } from '../../api';
import { Button } from '../../components/button';
import { ChoosePassword } from '../../components/choose_password';
import { CancelButton, Dialog } from '../../components/dialog';
import { Field, HiddenUsername, PasswordField } from '../../components/field';
import { Form, type Values } from '../../components/form';
import { ResendButton } from '../../components/resend';
import { Section } from '../../components/section';
import { t } from '../../messages';
import type { User } from '../../server';

interface ProfileProps {
  user: User;
  onChange: () => Promise<void>;
  onNews: (news: string) => void;
}

function EmailDialog({ user, onNews, onClose }: Pick<ProfileProps, 'user' | 'onNews'> & { onClose: () => void }) {
  const change = async (values: Values) => {
    const { problem } = await patch('/auth/me', values);
    if (problem) return problem;
    onNews(t('account.email_pending', { email: values['email'] ?? '' }));
    onClose();
  };
  if (!user.has_password) {
    return (
      <Dialog title={t('account.change_email')} onClose={onClose}>
        <p class="lead">{t('account.change_email_needs_password')}</p>
        <div class="actions"><ChoosePassword user={user} /><CancelButton onClick={onClose} /></div>
      </Dialog>
    );
  }
  return (
    <Dialog title={t('account.change_email')} onClose={onClose}>
      <p class="lead">{t('account.change_email_lead')}</p>
      <Form submit={t('account.send_link')} send={change} beside={<CancelButton onClick={onClose} />}>
        <HiddenUsername email={user.email} />
        <Field name="email" label={t('account.new_email')} type="email" autoComplete="email" />
        <PasswordField name="current_password" label={t('current_password')} autoComplete="current-password" />
      </Form>
    </Dialog>
  );
}

export function ProfileSection({ user, onChange, onNews }: ProfileProps) {
  const [changing, setChanging] = useState(false);
  const save = async ({ name = '' }: Values) => {
    const { problem } = await patch('/auth/me', { name });
    if (problem) return problem;
    await onChange();
    onNews(t('account.saved'));
  };
  return (
    <Section title={t('account.profile')}>
      <div class="row">
        <div class="about">
          <strong>{user.email}</strong>
          <div class="details">
            {user.email_verified ? <span class="badge good">{t('account.verified')}</span>
              : <span class="badge">{t('account.unverified')}</span>}
          </div>
        </div>
        <Button onClick={() => setChanging(true)}>{t('account.change_email')}</Button>
      </div>
      {!user.email_verified && <ResendButton email={user.email} />}
      <Form submit={t('save')} send={save}>
        <Field name="name" label={t('name')} autoComplete="name" value={user.name ?? ''} maxLength={100} optional />
      </Form>
      {changing && <EmailDialog user={user} onNews={onNews} onClose={() => setChanging(false)} />}
    </Section>
  );
}
