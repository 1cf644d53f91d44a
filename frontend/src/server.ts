// What the server answers these pages with.

export interface Provider {
  id: string;
  name: string;
  kind: string;
}

export interface Pages {
  product_name: string;
  logo_url: string;
  registration: 'open' | 'invite' | 'closed';
  setup_needed: boolean;
  providers: Provider[];
}

export interface User {
  id: string;
  email: string;
  name?: string;
  roles: string[];
  email_verified: boolean;
  has_password: boolean;
}

export interface Session {
  id: string;
  current: boolean;
  user_agent: string;
  ip: string;
  last_seen_at: string;
}

export interface Client {
  client_id: string;
  client_name: string;
  client_uri?: string;
  redirect_host?: string;
  registered_by_itself: boolean;
}

export interface ConsentRequest {
  client: Client;
  user: { email: string; name?: string };
  scopes: { name: string; granted: boolean; description?: string }[];
  resources: string[];
}

export interface DeviceRequest {
  client: Client;
  scopes: string[];
  resources: string[];
}

export interface Consent {
  client_id: string;
  client_name: string;
  client_uri?: string;
  scopes: string[];
  granted_at: string;
  last_used_at?: string;
}

export interface Identity {
  id: string;
  provider_id: string;
  provider_name: string;
  email?: string;
  name?: string;
  linked_at: string;
}

export interface List<Item> {
  items: Item[];
}
