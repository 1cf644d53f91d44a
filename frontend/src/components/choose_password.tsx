// For an account that has no password: a mail lets its owner choose one.
import { t } from '../messages';
import type { User } from '../server';
import { ButtonLink } from './button';

export function passwordByMail({ email }: User): string {
  return `/forgot-password?${new URLSearchParams({ login_hint: email })}`;
}

export function ChoosePassword({ user }: { user: User }) {
  return <ButtonLink href={passwordByMail(user)}>{t('account.choose_password')}</ButtonLink>;
}
