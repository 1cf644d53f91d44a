// A browser that is signed in, without the browser: for tests of what a client sees. Pages are tested in Chromium.
import { goodPassword } from './server.mjs';

export class Visitor {
  #server;
  cookie = ''; // as a `Cookie` field has it

  constructor(server) {
    this.#server = server;
  }

  get #fields() {
    return { origin: this.#server.url, cookie: this.cookie };
  }

  async signIn(email, password = goodPassword) {
    const answer = await this.post('/auth/session', { email, password });
    if (answer.status !== 200) throw new Error(`sign in ${email}: ${answer.status} ${await answer.text()}`);
    [this.cookie] = answer.headers.get('set-cookie').split(';');
    return this;
  }

  /// A request as one of our pages sends it.
  post(path, body) {
    return fetch(this.#server.url + path, {
      method: 'POST', headers: { ...this.#fields, 'content-type': 'application/json' }, body: JSON.stringify(body),
    });
  }

  /// Goes to that address, and on while our server sends it about, up to the first that is not ours or not a redirect:
  /// {url} of where it would go, or the {answer}.
  async go(url) {
    let at = new URL(url);
    for (let hops = 0; hops < 5; ++hops) {
      const answer = await fetch(at, { headers: { cookie: this.cookie, accept: 'text/html' }, redirect: 'manual' });
      if (answer.status !== 302 && answer.status !== 303) return { answer, url: at };
      at = new URL(answer.headers.get('location'), at);
      if (at.origin !== this.#server.url) return { answer, url: at };
    }
    throw new Error(`sent about too often, up to ${at}`);
  }
}
