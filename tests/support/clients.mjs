// Goes through the routes for OAuth clients: those of administrators, discovery, dynamic registration and logout. `at`
// calls a route under its operation's name; `as` is an administrator.

const unknownId = '019ab1c2-0000-7000-8000-000000000001';
const form = { headers: { 'Content-Type': 'application/x-www-form-urlencoded' } };

async function exerciseAdministration(at, as) {
  const metadata = { client_name: 'The gallery', redirect_uris: ['https://gallery.example/callback'] };
  const made = (await at('create_client', 'POST', '/admin/clients', metadata, as)).body.client;
  await at('create_client', 'POST', '/admin/clients', { client_name: '', redirect_uris: ['javascript:alert(1)'], more: 1 }, as);
  await at('create_client', 'POST', '/admin/clients', metadata);
  await at('list_clients', 'GET', '/admin/clients?limit=0', undefined, as);
  await at('get_client', 'GET', `/admin/clients/${made.client_id}`, undefined, as);
  await at('get_client', 'GET', `/admin/clients/${unknownId}`, undefined, as);
  await at('update_client', 'PATCH', `/admin/clients/${made.client_id}`, { client_name: 'The museum', disabled: true }, as);
  await at('update_client', 'PATCH', `/admin/clients/${made.client_id}`,
    { disabled: false, post_logout_redirect_uris: ['https://gallery.example/bye'] }, as);
  await at('rotate_client_secret', 'POST', `/admin/clients/${made.client_id}/rotate-secret`, undefined, as);
  await at('rotate_client_secret', 'POST', `/admin/clients/${unknownId}/rotate-secret`, undefined, as);
  return made.client_id;
}

async function exerciseRegistration(at) {
  const metadata = { client_name: 'An app', redirect_uris: ['http://127.0.0.1/callback'], token_endpoint_auth_method: 'none' };
  const registered = (await at('register_client', 'POST', '/oauth/register', metadata)).body;
  await at('register_client', 'POST', '/oauth/register', { ...metadata, redirect_uris: ['data:text/html,x'] });
  await at('register_client', 'POST', '/oauth/register', { ...metadata, software_statement: 'eyJ' });
  const path = `/oauth/register/${registered.client_id}`;
  const token = registered.registration_access_token;
  await at('read_registration', 'GET', path, undefined, { token });
  await at('read_registration', 'GET', path);
  await at('change_registration', 'PUT', path, { ...metadata, client_id: registered.client_id, client_name: 'Another name' }, { token });
  await at('change_registration', 'PUT', path, metadata, { token });
  await at('delete_registration', 'DELETE', path, undefined, { token });
  await at('delete_registration', 'DELETE', path, undefined, { token });
}

async function exerciseLogout(at, clientId) {
  const bye = encodeURIComponent('https://gallery.example/bye');
  const parameters = `client_id=${clientId}&post_logout_redirect_uri=${bye}&state=xyz`;
  await at('start_logout', 'GET', `/oauth/logout?${parameters}`);
  await at('start_logout', 'GET', `/oauth/logout?client_id=${clientId}&post_logout_redirect_uri=https%3A%2F%2Fevil.example`);
  await at('start_logout', 'GET', '/oauth/logout?id_token_hint=nonsense');
  await at('start_logout_by_form', 'POST', '/oauth/logout', parameters, form);
  await at('confirm_logout', 'POST', '/oauth/logout/confirm', { client_id: clientId, post_logout_redirect_uri: 'https://gallery.example/bye' });
  await at('confirm_logout', 'POST', '/oauth/logout/confirm', { client_id: clientId, post_logout_redirect_uri: 'https://evil.example' });
}

export async function exerciseClients(at, as) {
  await at('openid_configuration', 'GET', '/.well-known/openid-configuration');
  await at('authorization_server_metadata', 'GET', '/.well-known/oauth-authorization-server');
  const clientId = await exerciseAdministration(at, as);
  await exerciseRegistration(at);
  await exerciseLogout(at, clientId);
  await at('delete_client', 'DELETE', `/admin/clients/${clientId}`, undefined, as);
  await at('delete_client', 'DELETE', `/admin/clients/${clientId}`, undefined, as);
}
