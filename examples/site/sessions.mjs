// Who is signed in, in memory: a session is an id in a cookie, and what is known by it.
import { randomBytes } from 'node:crypto';

const name = 'harbour_session';
const lifetime_ms = 12 * 60 * 60 * 1000;

export class Sessions {
  #byId = new Map();
  #secure;

  constructor({ secure }) {
    this.#secure = secure;
  }

  /// The session of a request, or nothing.
  find(request) {
    const id = request.headers.cookie?.match(/(?:^|;\s*)harbour_session=([\w-]+)/)?.[1];
    const session = id && this.#byId.get(id);
    if (!session || session.endsAt < Date.now()) return undefined;
    return session;
  }

  /// Begins a session under a new id, and gives the browser its cookie. What has expired is forgotten on the way.
  begin(response, content) {
    for (const [id, { endsAt }] of this.#byId) if (endsAt < Date.now()) this.#byId.delete(id);
    const id = randomBytes(32).toString('base64url');
    this.#byId.set(id, { ...content, id, endsAt: Date.now() + lifetime_ms });
    // Lax: a page of another site cannot send it with a form.
    response.cookie(name, id, { httpOnly: true, sameSite: 'lax', secure: this.#secure, path: '/', maxAge: lifetime_ms });
  }

  end(session, response) {
    this.#byId.delete(session.id);
    response.clearCookie(name, { path: '/' });
  }

  /// OpenID Connect Back-Channel Logout §2.7: the session that the provider calls `sid`, or else all of the user `sub`.
  endWhere({ sid, sub }) {
    for (const [id, { user }] of this.#byId) {
      if (sid ? user?.sid === sid : user?.sub === sub) this.#byId.delete(id);
    }
  }
}
