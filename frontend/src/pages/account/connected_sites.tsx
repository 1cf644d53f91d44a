import { get, remove } from '../../api';
import { Button } from '../../components/button';
import { SiteIcon } from '../../components/icons';
import { ListSection } from '../../components/list_section';
import { scopeText } from '../../components/scopes';
import { Row } from '../../components/section';
import { dateText, t } from '../../messages';
import type { Consent, List } from '../../server';

// Two sites may have one name, but not one host.
const hostOf = ({ client_uri: uri }: Consent) => uri && new URL(uri).host;
const spokenName = (site: Consent) => [site.client_name, hostOf(site)].filter(Boolean).join(', ');

function SiteName({ site }: { site: Consent }) {
  const { client_name: name, client_uri: uri } = site;
  return uri ? <><a href={uri} rel="noreferrer">{name}</a> <span class="host">{hostOf(site)}</span></> : <>{name}</>;
}

export function ConnectedSites({ onNews }: { onNews: (news: string) => void }) {
  return (
    <ListSection title={t('account.sites')} lead={t('account.sites_lead')}
      ask={() => get<List<Consent>>('/auth/consents')} onNews={onNews}>
      {({ items, act }) => items.length === 0 ? <p class="empty">{t('account.no_sites')}</p> : (
        <ul class="rows">
          {items.map((site) => (
            <Row key={site.client_id} icon={<SiteIcon />} title={<SiteName site={site} />}
              details={<>{site.scopes.map((scope) => scopeText(scope)).join(' · ')}<br />{t('account.since', { time: dateText(site.granted_at) })}</>}
              action={
                <Button label={t('account.remove_site_of', { site: spokenName(site) })}
                  onClick={() => act(remove(`/auth/consents/${encodeURIComponent(site.client_id)}`),
                    t('account.site_removed', { site: site.client_name }))}>
                  {t('account.remove_site')}
                </Button>
              } />
          ))}
        </ul>
      )}
    </ListSection>
  );
}
