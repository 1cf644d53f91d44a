// Where a page stands, and where it leads.

/// The place to return to after signing in, as an absolute address on this origin; null for anything else. A browser
/// drops tabs and line ends from addresses, takes `\` for `/`, and `/.//host` for `//host`: so the address as the
/// browser understands it is what counts, and what is gone to.
export function checkedReturn(text: string | null): string | null {
  if (!text?.startsWith('/') || text.startsWith('//') || text.includes('\\')) return null;
  try {
    const url = new URL(text, location.origin);
    return url.origin === location.origin && !url.pathname.startsWith('//') ? url.href : null;
  } catch {
    return null;
  }
}

export function query(name: string): string | null {
  return new URLSearchParams(location.search).get(name);
}

/// The one-time token of the link that led here. It stands behind the `#`, which browsers keep to themselves: it is in
/// no request line, no log and no referrer.
export function linkToken(): string {
  return new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
}

/// The spent token leaves the address bar and the history.
export function forgetLinkToken(): void {
  history.replaceState(null, '', location.pathname + location.search);
}

/// The address of another page of ours, which keeps what somebody was about to do.
export function pageAddress(path: string): string {
  const kept = new URLSearchParams();
  for (const name of ['return_to', 'login_hint', 'ui_locales']) {
    const value = query(name);
    if (value !== null) kept.set(name, value);
  }
  return kept.size > 0 ? `${path}?${kept}` : path;
}

/// Goes on to where this page was asked to return.
export function goBack(): void {
  location.assign(checkedReturn(query('return_to')) ?? '/account');
}

/// Signs in first, then comes back here.
export function signInFirst(): void {
  const back = new URLSearchParams({ return_to: location.pathname + location.search });
  location.replace(`/login?${back}`);
}

/// Goes to where the server says. Only that: a script is no place.
export function goTo(address: string): void {
  const { protocol } = new URL(address, location.origin);
  if (protocol !== 'javascript:' && protocol !== 'data:') location.assign(address);
}
