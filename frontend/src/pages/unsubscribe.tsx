import { useState } from 'preact/hooks';

import { post } from '../api';
import { Form } from '../components/form';
import { Notice } from '../components/notice';
import { Screen } from '../components/screen';
import { t } from '../messages';
import { linkToken } from '../navigation';

export function UnsubscribePage() {
  const [done, setDone] = useState(false);
  const token = linkToken();

  const unsubscribe = async () => {
    const { problem } = await post(`/unsubscribe/${encodeURIComponent(token)}`);
    if (problem) return problem;
    setDone(true);
  };

  if (done) return <Screen key="done" title={t('unsubscribe.done')} lead={t('unsubscribe.done_lead')} />;
  return (
    <Screen title={t('unsubscribe.title')} lead={t('unsubscribe.lead')}>
      {token ? <Form submit={t('unsubscribe.submit')} send={unsubscribe} />
        : <Notice tone="bad">{t('no_link_token')}</Notice>}
    </Screen>
  );
}
