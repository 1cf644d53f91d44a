import { get, remove } from '../../api';
import { useBrand } from '../../brand';
import { Button } from '../../components/button';
import { Monogram } from '../../components/icons';
import { ListSection } from '../../components/list_section';
import { ProviderButtons, ReturnedError } from '../../components/providers';
import { Row } from '../../components/section';
import { dateText, t } from '../../messages';
import type { Identity, List } from '../../server';

export function Identities({ onNews }: { onNews: (news: string) => void }) {
  const { providers } = useBrand();
  if (providers.length === 0) return null;
  return (
    <ListSection title={t('account.identities')} lead={t('account.identities_lead')}
      ask={() => get<List<Identity>>('/auth/identities')} onNews={onNews}>
      {({ items, act }) => (
        <>
          <ReturnedError />
          {items.length > 0 && (
            <ul class="rows">
              {items.map(({ id, provider_name: provider, email, name, linked_at: since }) => (
                <Row key={id} icon={<Monogram name={provider} />} title={provider}
                  details={<>{email ?? name}<br />{t('account.since', { time: dateText(since) })}</>}
                  action={
                    <Button label={t('account.remove_identity_of', { provider })} onClick={() => act(remove(`/auth/identities/${encodeURIComponent(id)}`),
                      t('account.identity_removed', { provider }))}>
                      {t('account.remove_identity')}
                    </Button>
                  } />
              ))}
            </ul>
          )}
          <ProviderButtons link />
        </>
      )}
    </ListSection>
  );
}
