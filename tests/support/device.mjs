// A device without a keyboard, which asks to be let in (RFC 8628).
export const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

const post = async (server, path, fields) =>
  (await fetch(server.url + path, { method: 'POST', body: new URLSearchParams(fields) })).json();

/// What it shows, and what it polls with.
export function beginDevice(server, { CLIENT_ID }, scope = 'openid') {
  return post(server, '/oauth/device_authorization', { client_id: CLIENT_ID, scope });
}

export function pollDevice(server, { CLIENT_ID }, { device_code: code }) {
  return post(server, '/oauth/token', { client_id: CLIENT_ID, grant_type: deviceGrant, device_code: code });
}
