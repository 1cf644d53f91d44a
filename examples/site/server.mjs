// A small site whose visitors sign in with Cloud Voyages. Started by ./run, which sets the environment.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import express from 'express';

import { frontPage, membersPage, problemPage } from './pages.mjs';
import { Provider } from './provider.mjs';
import { Sessions } from './sessions.mjs';

const { ISSUER: issuer, CLIENT_ID: clientId, CLIENT_SECRET: clientSecret, SITE: site } = process.env;
const provider = await Provider.discover({ issuer, clientId, clientSecret, site });
const sessions = new Sessions({ secure: site.startsWith('https:') });

const app = express();
app.disable('x-powered-by');
app.use((request, response, next) => {
  response.set({
    'Content-Security-Policy': "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer', 'X-Content-Type-Options': 'nosniff',
  });
  next();
});
app.use(express.static(join(fileURLToPath(import.meta.url), '../public')));

app.get('/', (request, response) => response.send(frontPage(sessions.find(request)?.user)));

app.get('/members', (request, response) => {
  const user = sessions.find(request)?.user;
  if (!user) return response.redirect(303, '/sign-in');
  return response.send(membersPage(user));
});

app.get('/sign-in', async (request, response) => {
  const { url, checks } = await provider.beginSignIn();
  sessions.begin(response, { checks });
  response.redirect(303, url);
});

app.get('/callback', async (request, response) => {
  const begun = sessions.find(request);
  if (!begun?.checks) return response.redirect(303, '/members'); // the page was loaded again, or begun elsewhere
  sessions.end(begun, response); // an answer is taken once, and the session gets a new id
  if (request.query.error === 'access_denied') return response.redirect(303, '/');
  sessions.begin(response, await provider.finishSignIn(request.originalUrl, begun.checks));
  return response.redirect(303, '/members');
});

app.post('/sign-out', (request, response) => {
  const session = sessions.find(request);
  if (session) sessions.end(session, response);
  response.redirect(303, provider.signOutUrl(session?.idToken));
});

// Cloud Voyages itself calls this when the user has signed out at another site (OpenID Connect Back-Channel Logout §2.5).
app.post('/backchannel-logout', express.urlencoded({ extended: false }), async (request, response) => {
  try {
    sessions.endWhere(await provider.readLogoutToken(request.body.logout_token));
    response.sendStatus(200);
  } catch (error) {
    console.error(`refused a logout token: ${error.message}`);
    response.status(400).json({ error: 'invalid_request' });
  }
});

app.use((request, response) => response.status(404).send(problemPage(404, 'There is no such page.')));
// Express knows an error handler by its four parameters.
app.use((error, request, response, _next) => {
  console.error(error);
  response.status(400).send(problemPage(400, 'This sign-in could not be finished. Please try again.'));
});

app.listen(new URL(site).port, new URL(site).hostname, () => console.log(`Harbour News is at ${site}`));
