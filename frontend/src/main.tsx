// Every hosted page is this program: the path says which one.
import { render } from 'preact';

import { get } from './api';
import { Brand, ours } from './brand';
import { renderInLanguage } from './messages';
import { pageAt } from './pages';
import type { Pages } from './server';
import './styles';

const { value: brand = ours } = await get<Pages>('/auth/pages');
const Page = pageAt(location.pathname, document.body.dataset['error'] ?? '');

function draw() {
  render(<Brand.Provider value={brand}><Page /></Brand.Provider>, document.body);
}

renderInLanguage(draw);
window.addEventListener('hashchange', draw); // another one-time link, pasted over this one
