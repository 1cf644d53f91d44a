// Starts the API viewer on this server's own contract.
'use strict';

const dark = window.matchMedia('(prefers-color-scheme: dark)');

function followColorScheme() {
  document.documentElement.classList.toggle('dark-mode', dark.matches);
}

let noticeTimer;

function showNotice(text) {
  const notice = document.getElementById('notice');
  notice.textContent = text;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => { notice.textContent = ''; }, 8000);
}

/// The token that a sign-in answered with is what the next try wants as its authorization, so it is used at once. It
/// lives in this page's memory only: a reload forgets it.
function takeAccessToken(response) {
  if (!response.ok || !/\/auth\/[a-z-]+$/.test(new URL(response.url, location.href).pathname)) return response;
  const { access_token: token } = response.body ?? response.obj ?? {};
  if (typeof token === 'string') {
    viewer.preauthorizeApiKey('bearer', token);
    showNotice('Signed in: the protected routes here use your access token now.');
  } else if (new URL(response.url, location.href).pathname === '/auth/logout') {
    viewer.authActions.logout(['bearer']);
    showNotice('Signed out.');
  }
  return response;
}

followColorScheme();
dark.addEventListener('change', followColorScheme);

const viewer = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#viewer',
  presets: [SwaggerUIBundle.presets.apis],
  layout: 'BaseLayout',
  deepLinking: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  persistAuthorization: false,
  validatorUrl: null, // nothing here is sent anywhere else
  defaultModelsExpandDepth: 0,
  responseInterceptor: takeAccessToken,
});
