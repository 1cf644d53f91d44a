// Which page stands at which path.
import type { FunctionComponent } from 'preact';

import { AccountPage } from './pages/account';
import { ConsentPage } from './pages/consent';
import { DevicePage } from './pages/device';
import { errorPage } from './pages/error';
import { ForgotPasswordPage } from './pages/forgot_password';
import { LoginPage } from './pages/login';
import { RegisterPage } from './pages/register';
import { ResetPasswordPage } from './pages/reset_password';
import { SetupPage } from './pages/setup';
import { SignOutPage, SignedOutPage } from './pages/sign_out';
import { UnsubscribePage } from './pages/unsubscribe';
import { VerifyEmailPage } from './pages/verify_email';

const pages: Record<string, FunctionComponent> = {
  '/account': AccountPage,
  '/consent': ConsentPage,
  '/device': DevicePage,
  '/forgot-password': ForgotPasswordPage,
  '/login': LoginPage,
  '/register': RegisterPage,
  '/reset-password': ResetPasswordPage,
  '/setup': SetupPage,
  '/sign-out': SignOutPage,
  '/signed-out': SignedOutPage,
  '/unsubscribe': UnsubscribePage,
  '/verify-email': VerifyEmailPage,
};

// A script of its own: few read it.
const loadMailPage = async () => (await import('./pages/mail')).MailPage;

/// `error` is the server's code for what is wrong with the address: then that is the page.
export async function pageAt(path: string, error: string): Promise<FunctionComponent> {
  if (error === '' && path === '/mail') return loadMailPage();
  return (error === '' ? pages[path] : undefined) ?? errorPage(error);
}
