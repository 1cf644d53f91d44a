import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';

import { t } from '../messages';
import { useFieldError } from './form';
import { EyeIcon } from './icons';

interface FieldProps {
  name: string;
  label: string;
  autoComplete: string;
  type?: 'text' | 'email';
  hint?: string;
  value?: string;
  optional?: boolean;
  code?: boolean; // letters that a person copies from another screen
  maxLength?: number;
}

interface InputProps extends Omit<FieldProps, 'type'> {
  type: string;
  after?: ComponentChildren; // within the frame of the input
  id: string;
}

function LabelledInput({ name, label, autoComplete, type, hint, value, optional, code, maxLength, after, id }:
  InputProps) {
  const error = useFieldError(name);
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <label for={id}>{label} {optional && <span class="optional">{t('optional')}</span>}</label>
      <div class="input">
        <input id={id} name={name} type={type} autocomplete={autoComplete} defaultValue={value ?? ''}
          required={!optional} maxLength={maxLength} class={code ? 'code' : ''}
          {...(type === 'email' && { inputMode: 'email' })}
          {...(type !== 'text' && { autocapitalize: 'none', spellcheck: false })}
          {...(code && { autocapitalize: 'characters', spellcheck: false })}
          aria-invalid={error !== ''} aria-describedby={described || undefined} />
        {after}
      </div>
      {hint && <p id={`${id}-hint`} class="hint">{hint}</p>}
      {error && <p id={`${id}-error`} class="error">{error}</p>}
    </div>
  );
}

export function Field({ type = 'text', ...props }: FieldProps) {
  return <LabelledInput {...props} type={type} id={useId()} />;
}

interface PasswordFieldProps {
  name: string;
  label: string;
  autoComplete: 'current-password' | 'new-password';
  hint?: string;
}

/// A password that one can look at.
export function PasswordField(props: PasswordFieldProps) {
  const id = useId();
  const [shown, setShown] = useState(false);
  const reveal = (
    <button type="button" class="reveal" aria-pressed={shown} aria-controls={id} aria-label={t('show_password')}
      title={t('show_password')} onClick={() => setShown(!shown)}>
      <EyeIcon crossed={shown} />
    </button>
  );
  return <LabelledInput {...props} type={shown ? 'text' : 'password'} id={id} after={reveal} />;
}

/// The field that a new password is typed into, with what makes a good one.
export function NewPasswordField({ name, label }: { name: string; label: string }) {
  return <PasswordField name={name} label={label} autoComplete="new-password" hint={t('password_hint')} />;
}

/// Tells a password manager whose password the form is about.
export function HiddenUsername({ email }: { email: string }) {
  return <input class="heard" type="text" autocomplete="username" value={email} readOnly tabIndex={-1} aria-hidden />;
}
