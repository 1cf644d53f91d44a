// Serves files of a folder at a free port of this machine: {url, close()}.
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript' };

export async function serveFiles(folder) {
  const listener = createServer((request, response) => {
    const path = normalize(new URL(request.url, 'http://localhost').pathname);
    const file = join(folder, path === '/' ? 'index.html' : path);
    if (!existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
    return createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => { listener.listen(0, 'localhost', resolve); });
  listener.unref();
  return { url: `http://localhost:${listener.address().port}`, close: () => listener.close() };
}
