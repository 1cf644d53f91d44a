// Starts the API viewer on this server's own contract.
'use strict';

const dark = window.matchMedia('(prefers-color-scheme: dark)');

// What the viewer takes as attributes; it loads nothing but the contract, and keeps tokens nowhere.
const settings = {
  'spec-url': '/openapi.json',
  'render-style': 'read',
  layout: 'column',
  'schema-style': 'table',
  'default-schema-tab': 'example',
  'show-header': 'false',
  'show-method-in-nav-bar': 'as-colored-text',
  'use-path-in-nav-bar': 'true',
  'nav-item-spacing': 'compact',
  'sort-endpoints-by': 'none',
  'allow-server-selection': 'false',
  'allow-advanced-search': 'false',
  'allow-spec-file-download': 'false',
  'load-fonts': 'false',
  'regular-font': 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  'mono-font': 'ui-monospace, "Cascadia Code", Menlo, Consolas, monospace',
  'font-size': 'large',
  'persist-auth': 'false',
  'fetch-credentials': 'same-origin',
  'scroll-behavior': 'auto',
};

const colours = {
  light: { 'bg-color': '#ffffff', 'text-color': '#16212b', 'primary-color': '#0b5c8f', 'nav-bg-color': '#f7f8f9' },
  dark: { 'bg-color': '#12181e', 'text-color': '#e6ebef', 'primary-color': '#7cc4f0', 'nav-bg-color': '#1a222a' },
};

let noticeTimer;

function showNotice(text) {
  const notice = document.getElementById('notice');
  notice.textContent = text;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => { notice.textContent = ''; }, 8000);
}

function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}

function followColorScheme() {
  const theme = dark.matches ? 'dark' : 'light';
  setAttributes(viewer, { theme, ...colours[theme] });
}

/// The token that a sign-in answered with is what the next try wants as its authorization, so it is used at once. It
/// lives in this page's memory only: a reload forgets it.
function takeAccessToken({ detail: { response, responseBody } }) {
  if (!response?.ok) return;
  const { pathname } = new URL(response.url);
  if (!/^\/auth\/[a-z-]+$/.test(pathname)) return;
  if (typeof responseBody?.access_token === 'string') {
    viewer.setApiKey('bearer', responseBody.access_token);
    showNotice('Signed in: the protected routes here use your access token now.');
  } else if (pathname === '/auth/logout') {
    viewer.removeAllSecurityKeys();
    showNotice('Signed out.');
  }
}

/// Where the window has no room for the viewer's list of routes, a field takes its place.
function offerRoutes({ detail: { tags } }) {
  const field = document.getElementById('route');
  field.append(...tags.map(({ name, paths }) => {
    const group = document.createElement('optgroup');
    group.label = name;
    group.append(...paths.map(({ method, path, elementId }) => new Option(`${method.toUpperCase()} ${path}`, elementId)));
    return group;
  }));
  field.addEventListener('change', () => viewer.scrollToPath(field.value));
}

const viewer = document.createElement('rapi-doc');
setAttributes(viewer, settings);
followColorScheme();
dark.addEventListener('change', followColorScheme);
viewer.addEventListener('spec-loaded', offerRoutes);
viewer.addEventListener('after-try', takeAccessToken);
document.getElementById('viewer').append(viewer);
