// What a site asks for, in words.
import { isKey, t } from '../messages';
import { CheckIcon } from './icons';

export function scopeText(scope: string): string {
  const key = `scope.${scope}`;
  return isKey(key) ? t(key) : scope;
}

export function ScopeList({ scopes, resources }: { scopes: string[]; resources: string[] }) {
  return (
    <ul class="scopes">
      {scopes.map((scope) => <li key={scope}><CheckIcon />{scopeText(scope)}</li>)}
      {resources.map((resource) => <li key={resource}><CheckIcon />{t('scope_resource', { resource })}</li>)}
    </ul>
  );
}
