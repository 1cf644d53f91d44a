// A site behind a proxy, which answers by what it was told about its visitor: {url, close()}.
import { createServer } from 'node:http';

export async function startEchoSite() {
  const listener = createServer((request, response) => {
    const told = Object.entries(request.headers).filter(([name]) => name.startsWith('remote-'));
    response.writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ path: request.url, ...Object.fromEntries(told) }));
  });
  await new Promise((resolve) => { listener.listen(0, 'localhost', resolve); });
  listener.unref();
  return { url: `http://localhost:${listener.address().port}`, close: () => listener.close() };
}
