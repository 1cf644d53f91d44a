import { get, remove } from '../../api';
import { Button } from '../../components/button';
import { DeviceIcon, PhoneIcon } from '../../components/icons';
import { ListSection } from '../../components/list_section';
import { Row } from '../../components/section';
import { dateText, t } from '../../messages';
import type { List, Session } from '../../server';
import { deviceName, isPhone } from './device_name';

export function Sessions({ onNews }: { onNews: (news: string) => void }) {
  const thisDevice = <span class="badge good">{t('account.this_device')}</span>;
  return (
    <ListSection title={t('account.sessions')} lead={t('account.sessions_lead')}
      ask={() => get<List<Session>>('/auth/sessions')} onNews={onNews}>
      {({ items, act }) => (
        <>
          <ul class="rows">
            {items.map(({ id, current, user_agent: agent, ip, last_seen_at: seen }) => (
              <Row key={id} icon={isPhone(agent) ? <PhoneIcon /> : <DeviceIcon />} title={deviceName(agent) || t('account.unknown_device')}
                details={[ip, ' · ', current ? thisDevice : dateText(seen)]}
                action={!current && (
                  <Button label={t('account.end_session_of', { device: deviceName(agent) || t('account.unknown_device') })}
                    onClick={() => act(remove(`/auth/sessions/${id}`), t('account.session_ended'))}>
                    {t('account.end_session')}
                  </Button>
                )} />
            ))}
          </ul>
          {items.length > 1 && (
            <Button onClick={() => act(remove('/auth/sessions'), t('account.other_sessions_ended'))}>
              {t('account.end_other_sessions')}
            </Button>
          )}
        </>
      )}
    </ListSection>
  );
}
