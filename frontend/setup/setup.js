// The page that the first start's link opens. The one-time token stands behind the `#`, which browsers keep to
// themselves: it is in no request line, no log and no referrer, only in the body of the one request that spends it.
'use strict';

const form = document.getElementById('form');
const message = document.getElementById('message');
const submit = document.getElementById('submit');
const fields = ['email', 'password', 'name'];

function setupToken() {
  return new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
}

function showMessage(text) {
  message.textContent = text;
  message.hidden = text === '';
}

function showFieldError(field, text) {
  const input = document.getElementById(field);
  document.getElementById(`${field}-error`).textContent = text;
  if (text) input.setAttribute('aria-invalid', 'true');
  else input.removeAttribute('aria-invalid');
}

function clearErrors() {
  showMessage('');
  for (const field of fields) showFieldError(field, '');
}

/// What the form says; an empty name is no name.
function enteredValues() {
  const values = { token: setupToken(), email: form.elements.email.value.trim(), password: form.elements.password.value };
  const name = form.elements.name.value.trim();
  return name ? { ...values, name } : values;
}

/// Shows a problem+json answer (RFC 9457): each field's error below the field, the rest above the form.
function showProblem(problem) {
  const errors = problem.errors ?? [];
  for (const field of fields) {
    showFieldError(field, errors.filter((error) => error.field === field).map((error) => error.message).join(' '));
  }
  const others = errors.filter((error) => !fields.includes(error.field)).map((error) => error.message);
  const firstBad = fields.find((field) => errors.some((error) => error.field === field));
  showMessage(firstBad ? others.join(' ') : [problem.detail ?? problem.title, ...others].filter(Boolean).join(' '));
  if (firstBad) document.getElementById(firstBad).focus();
  else message.focus();
}

function showDone(email) {
  // The spent token leaves the address bar and the history.
  history.replaceState(null, '', location.pathname);
  form.reset();
  document.getElementById('form-part').hidden = true;
  document.getElementById('done-email').textContent = email;
  document.getElementById('done').hidden = false;
  document.getElementById('done-title').focus();
}

async function makeOwner() {
  const values = enteredValues();
  const missing = [];
  if (!values.email) missing.push({ field: 'email', message: 'Enter an e-mail address.' });
  if (!values.password) missing.push({ field: 'password', message: 'Enter a password.' });
  if (missing.length > 0) return showProblem({ errors: missing });

  let response;
  try {
    response = await fetch('/auth/setup', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(values),
    });
  } catch {
    return showProblem({ detail: 'The server does not answer. Check that it runs, then try again.' });
  }
  if (response.ok) return showDone(values.email);
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
    await makeOwner();
  } finally {
    submit.disabled = false;
  }
});

document.getElementById('reveal').addEventListener('click', (event) => {
  const password = form.elements.password;
  const shown = password.type === 'password';
  password.type = shown ? 'text' : 'password';
  event.currentTarget.setAttribute('aria-pressed', String(shown));
  event.currentTarget.textContent = shown ? 'Hide' : 'Show';
});

function checkLink() {
  const present = setupToken() !== '';
  submit.disabled = !present;
  showMessage(present ? '' : 'This address lacks its one-time token. Open the whole link that the first start printed.');
}

window.addEventListener('hashchange', checkLink);
checkLink();
