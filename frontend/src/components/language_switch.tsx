import { language, languageNames, setLanguage, t } from '../messages';

export function LanguageSwitch() {
  return (
    <label class="language">
      <span class="heard">{t('language')}</span>
      <select value={language()} onChange={(event) => setLanguage(event.currentTarget.value)}>
        {languageNames().map(([tag, name]) => <option key={tag} value={tag} lang={tag}>{name}</option>)}
      </select>
    </label>
  );
}
