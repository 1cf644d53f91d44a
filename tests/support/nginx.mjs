// Debian's nginx, in a folder of its own.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { freePort } from './server.mjs';
import { siteFolder, startSite } from './site.mjs';
import { skipTest } from './skip.mjs';

/// A certificate for `localhost` that only who made it trusts: {certificate, key}, paths of files.
export function makeCertificate(folder) {
  const [certificate, key] = ['certificate.pem', 'key.pem'].map((name) => join(folder, name));
  const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
    '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', certificate],
  { encoding: 'utf8' });
  if (made.error || made.status !== 0) skipTest(`openssl cannot make a certificate: ${made.error ?? made.stderr}`);
  return { certificate, key };
}

/// Serves these `server` blocks until the test ends. `files` ({path: text}) are in the folder that they are made for.
export async function startNginx(serversIn, files = {}) {
  const folder = siteFolder(files);
  const ready = await freePort();
  const scratch = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`);
  const configuration = `pid ${folder}/pid; daemon off; master_process off; error_log ${folder}/error.log; events {}
    http { access_log off; ${scratch.join(' ')}
      server { listen 127.0.0.1:${ready}; return 204; }
      ${serversIn(folder)} }`;
  writeFileSync(join(folder, 'nginx.conf'), configuration);
  await startSite(`http://127.0.0.1:${ready}`, ['nginx', '-c', join(folder, 'nginx.conf')], { cwd: folder });
  return folder;
}
