// Debian's Apache with mod_auth_openidc, in a folder of its own.
import { chmodSync, existsSync } from 'node:fs';

import { siteFolder, startSite } from './site.mjs';
import { skipTest } from './skip.mjs';

const modules = '/usr/lib/apache2/modules';
const loaded = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'mime', 'dir', 'headers', 'auth_openidc'];

function requireApache() {
  for (const [file, name] of [['/usr/sbin/apache2', 'apache2-bin'],
    [`${modules}/mod_auth_openidc.so`, 'libapache2-mod-auth-openidc']]) {
    if (!existsSync(file)) skipTest(`there is no ${file}: run ./test, or apt install ${name}`);
  }
}

/// Serves `pages` ({name: text}) at `url` by that configuration, in which `/srv/site` stands for their folder.
export async function startApache(url, configuration, pages) {
  requireApache();
  const files = Object.entries(pages).map(([name, text]) => [`site/${name}`, text]);
  const { port } = new URL(url);
  const folder = siteFolder({
    ...Object.fromEntries(files),
    'apache.conf': [
      'ServerRoot .', 'ServerName localhost', `Listen ${port}`, 'PidFile apache.pid', 'ErrorLog error.log',
      'LogLevel warn auth_openidc:info', 'DirectoryIndex index.html', 'TypesConfig /dev/null', 'AddType text/html .html',
      ...(process.getuid() === 0 ? ['User nobody', 'Group nogroup'] : []),
      ...loaded.map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`), configuration,
    ].join('\n'),
  });
  chmodSync(folder, 0o755); // Apache reads the pages as nobody
  return startSite(url, ['apache2', '-X', '-d', folder, '-f', 'apache.conf'],
    { cwd: folder, env: { APACHE_RUN_DIR: folder } });
}
