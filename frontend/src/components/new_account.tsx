// What making an account asks for, whoever's it is.
import { post } from '../api';
import { t } from '../messages';
import { pageAddress } from '../navigation';
import { Field, NewPasswordField } from './field';
import type { Values } from './form';

export function NewAccountFields({ email = '' }: { email?: string }) {
  return (
    <>
      <Field name="email" label={t('email')} type="email" autoComplete="username" value={email} />
      <NewPasswordField name="password" label={t('password')} />
      <Field name="name" label={t('name')} autoComplete="name" maxLength={100} optional />
    </>
  );
}

/// Signs in to the account that was just made, and goes on. Where that is refused, the sign-in page says why.
export async function signInWith({ email, password }: Values, goOn: () => void): Promise<void> {
  const { problem } = await post('/auth/session', { email, password });
  if (problem) location.assign(pageAddress('/login'));
  else goOn();
}
