// One form: sends what was typed, shows what was wrong with it.
import { type ComponentChildren, createContext } from 'preact';
import { useContext, useRef, useState } from 'preact/hooks';

import { type Problem, fieldErrorText, ourProblem } from '../api';
import { t } from '../messages';
import { Button } from './button';
import { Alert } from './notice';

export type Values = Record<string, string>;

const Problems = createContext<Problem | undefined>(undefined);

/// The texts of what is wrong with the field of this name.
export function useFieldError(name: string): string {
  const errors = useContext(Problems)?.errors ?? [];
  return errors.filter(({ field }) => field === name).map(fieldErrorText).join(' ');
}

interface FormProps {
  children?: ComponentChildren;
  submit: string;
  look?: 'primary' | 'danger';
  beside?: ComponentChildren; // another way out, beside the button
  remedy?: (problem: Problem) => ComponentChildren; // what one can do about a refusal
  send: (values: Values) => Promise<Problem | void>;
}

function inputsOf(form: HTMLFormElement): HTMLInputElement[] {
  return [...form.querySelectorAll<HTMLInputElement>('input[name]')];
}

/// A password is taken as it was typed; an empty field that may be left out is left out.
function valuesOf(form: HTMLFormElement): Values {
  const values: Values = {};
  for (const { name, value, autocomplete, required } of inputsOf(form)) {
    const entered = autocomplete.endsWith('-password') ? value : value.trim();
    if (entered || required) values[name] = entered;
  }
  return values;
}

function missing(form: HTMLFormElement, values: Values): Problem | undefined {
  const empty = inputsOf(form).filter(({ required, name }) => required && !values[name]);
  return empty.length > 0 ? ourProblem('invalid_input', empty.map(({ name }) => ({ field: name, code: 'required' })))
    : undefined;
}

export function Form({ children, submit, look = 'primary', beside, remedy, send }: FormProps) {
  const form = useRef<HTMLFormElement>(null);
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);

  const show = (found: Problem | undefined) => {
    setProblem(found);
    const names = new Set(found?.errors.map(({ field }) => field));
    const firstBad = form.current && inputsOf(form.current).find(({ name }) => names.has(name));
    // After the errors stand there, to be read with the field.
    if (firstBad) setTimeout(() => firstBad.focus());
  };

  const onSubmit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy || !form.current) return;
    const values = valuesOf(form.current);
    const incomplete = missing(form.current, values);
    if (incomplete) return show(incomplete);
    setBusy(true);
    show((await send(values)) ?? undefined);
    setBusy(false);
  };

  // What its field says need not be said twice.
  const shownAtFields = problem?.errors.some(({ field }) => form.current?.elements.namedItem(field));
  return (
    <form ref={form} noValidate onSubmit={onSubmit}>
      <Alert problem={shownAtFields ? undefined : problem}>{problem && remedy?.(problem)}</Alert>
      <Problems.Provider value={problem}>{children}</Problems.Provider>
      <div class="actions">
        <Button type="submit" look={look} busy={busy}>{submit}</Button>
        {beside}
      </div>
      <p class="heard" role="status">{busy ? t('busy') : ''}</p>
    </form>
  );
}
