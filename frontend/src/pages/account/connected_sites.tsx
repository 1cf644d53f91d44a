import { get, remove } from '../../api';
import { Button } from '../../components/button';
import { SiteIcon } from '../../components/icons';
import { ListSection } from '../../components/list_section';
import { scopeText } from '../../components/scopes';
import { Row } from '../../components/section';
import { dateText, t } from '../../messages';
import type { Consent, List } from '../../server';

export function ConnectedSites({ onNews }: { onNews: (news: string) => void }) {
  return (
    <ListSection title={t('account.sites')} lead={t('account.sites_lead')}
      ask={() => get<List<Consent>>('/auth/consents')} onNews={onNews}>
      {({ items, act }) => items.length === 0 ? <p class="empty">{t('account.no_sites')}</p> : (
        <ul class="rows">
          {items.map(({ client_id: id, client_name: name, client_uri: uri, scopes, granted_at: since }) => (
            <Row key={id} icon={<SiteIcon />} title={uri ? <a href={uri} rel="noreferrer">{name}</a> : name}
              details={<>{scopes.map((scope) => scopeText(scope)).join(' · ')}<br />{t('account.since', { time: dateText(since) })}</>}
              action={
                <Button onClick={() => act(remove(`/auth/consents/${encodeURIComponent(id)}`),
                  t('account.site_removed', { site: name }))}>
                  {t('account.remove_site')}
                </Button>
              } />
          ))}
        </ul>
      )}
    </ListSection>
  );
}
