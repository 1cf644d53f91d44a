// One script for every page that is one form: it sends the form's fields as JSON to `data-post`, with the one-time token
// from the address under the name `data-token`. The token stands behind the `#`, which browsers keep to themselves: it
// is in no request line, no log and no referrer, only in the one request that spends it: in its body, or in its path
// where `data-post` says `{token}`.
'use strict';

const form = document.getElementById('form');
const message = document.getElementById('message');
const submit = document.getElementById('submit');
const inputs = [...form.querySelectorAll('input')];

function linkToken() {
  return new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
}

function showMessage(text) {
  message.textContent = text;
  message.hidden = text === '';
}

function showFieldError(input, text) {
  document.getElementById(`${input.id}-error`).textContent = text;
  if (text) input.setAttribute('aria-invalid', 'true');
  else input.removeAttribute('aria-invalid');
}

function clearErrors() {
  showMessage('');
  for (const input of inputs) showFieldError(input, '');
}

/// What the form says; an empty field that may be left out is left out, and a password is taken as it was typed.
function enteredValues() {
  const values = {};
  if (linkToken()) values[form.dataset.token] = linkToken();
  for (const input of inputs) {
    const value = input.autocomplete === 'new-password' ? input.value : input.value.trim();
    if (value || input.required) values[input.name] = value;
  }
  return values;
}

/// Shows a problem+json answer (RFC 9457): each field's error below the field, the rest above the form.
function showProblem(problem) {
  const errors = problem.errors ?? [];
  for (const input of inputs) {
    showFieldError(input, errors.filter((error) => error.field === input.name).map((error) => error.message).join(' '));
  }
  const names = inputs.map((input) => input.name);
  const others = errors.filter((error) => !names.includes(error.field)).map((error) => error.message);
  const firstBad = inputs.find((input) => errors.some((error) => error.field === input.name));
  showMessage(firstBad ? others.join(' ') : [problem.detail ?? problem.title, ...others].filter(Boolean).join(' '));
  if (firstBad) firstBad.focus();
  else message.focus();
}

function showDone(values) {
  // The spent token leaves the address bar and the history.
  history.replaceState(null, '', location.pathname);
  form.reset();
  document.getElementById('form-part').hidden = true;
  const email = document.getElementById('done-email');
  if (email) email.textContent = values.email;
  document.getElementById('done').hidden = false;
  document.getElementById('done-title').focus();
}

async function send() {
  const values = enteredValues();
  const missing = inputs.filter((input) => input.required && !values[input.name]);
  if (missing.length > 0) {
    return showProblem({ errors: missing.map((input) => ({ field: input.name, message: input.dataset.missing })) });
  }

  let response;
  try {
    const path = form.dataset.post.replace('{token}', encodeURIComponent(linkToken()));
    response = await fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(values),
    });
  } catch {
    return showProblem({ detail: 'The server does not answer. Check that it runs, then try again.' });
  }
  if (response.ok) return showDone(values);
  try {
    showProblem(await response.json());
  } catch {
    showProblem({ detail: `The server answered with status ${response.status}. Try again in a moment.` });
  }
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  clearErrors();
  submit.disabled = true;
  try {
    await send();
  } finally {
    submit.disabled = false;
  }
});

document.getElementById('reveal')?.addEventListener('click', (event) => {
  const password = form.querySelector('[autocomplete=new-password]');
  const shown = password.type === 'password';
  password.type = shown ? 'text' : 'password';
  event.currentTarget.setAttribute('aria-pressed', String(shown));
  event.currentTarget.textContent = shown ? 'Hide' : 'Show';
});

function checkLink() {
  const usable = linkToken() !== '' || form.dataset.withoutToken === undefined;
  submit.disabled = !usable;
  showMessage(usable ? '' : form.dataset.withoutToken);
}

window.addEventListener('hashchange', checkLink);
checkLink();
