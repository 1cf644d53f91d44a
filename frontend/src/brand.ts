// What the operator calls this place, and lets in.
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

import type { Pages } from './server';

/// Until the server says otherwise.
export const ours: Pages = {
  product_name: 'Cloud Voyages', logo_url: '/assets/logo', registration: 'closed', setup_needed: false, providers: [],
};

export const Brand = createContext(ours);
export const useBrand = () => useContext(Brand);
