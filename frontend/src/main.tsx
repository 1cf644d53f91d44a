// Every hosted page is this program: the path says which one.
import { render } from 'preact';

import { get } from './api';
import { Brand, ours } from './brand';
import { renderInLanguage } from './messages';
import { pageAt } from './pages';
import type { Pages } from './server';
import './styles';

// What else the script of a page imports must not wait for this one to end: it imports from here.
async function start() {
  const [{ value: brand = ours }, Page] = await Promise.all(
    [get<Pages>('/auth/pages'), pageAt(location.pathname, document.body.dataset['error'] ?? '')]);
  const draw = () => render(<Brand.Provider value={brand}><Page /></Brand.Provider>, document.body);
  renderInLanguage(draw);
  window.addEventListener('hashchange', draw); // another one-time link, pasted over this one
}

void start();
