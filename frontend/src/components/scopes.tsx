// What a site asks for, in words.
import { isKey, t } from '../messages';
import { CheckIcon } from './icons';

/// In the reader's language where there is a text; else as the server describes the scope.
export function scopeText(scope: string, description = scope): string {
  const key = `scope.${scope}`;
  return isKey(key) ? t(key) : description;
}

export interface Scope {
  name: string;
  description?: string;
}

export function ScopeList({ scopes, resources }: { scopes: Scope[]; resources: string[] }) {
  return (
    <ul class="scopes">
      {scopes.map(({ name, description }) => <li key={name}><CheckIcon />{scopeText(name, description)}</li>)}
      {resources.map((resource) => <li key={resource}><CheckIcon />{t('scope_resource', { resource })}</li>)}
    </ul>
  );
}
