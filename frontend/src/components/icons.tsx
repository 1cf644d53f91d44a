// Drawn with the colour of the text around them.
import type { ComponentChildren } from 'preact';

function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"
      stroke-linejoin="round" aria-hidden="true">
      {children}
    </svg>
  );
}

export function EyeIcon({ crossed }: { crossed: boolean }) {
  return (
    <Icon>
      <path d="M2 12c2.5-4.5 6-7 10-7s7.5 2.5 10 7c-2.5 4.5-6 7-10 7s-7.5-2.5-10-7z" />
      <circle cx="12" cy="12" r="3" />
      {crossed && <path d="M4 4l16 16" />}
    </Icon>
  );
}

export function CheckIcon() {
  return <Icon><path d="M5 12.5l4.5 4.5L19 7.5" /></Icon>;
}

export function MailIcon() {
  return <Icon><rect x="3" y="5" width="18" height="14" rx="2" /><path d="M3.5 7l8.5 6 8.5-6" /></Icon>;
}

export function DeviceIcon() {
  return <Icon><rect x="3" y="4" width="18" height="12" rx="2" /><path d="M8 20h8M12 16v4" /></Icon>;
}

export function PhoneIcon() {
  return <Icon><rect x="7" y="3" width="10" height="18" rx="2" /><path d="M11 17.5h2" /></Icon>;
}

export function SiteIcon() {
  return (
    <Icon>
      <circle cx="12" cy="12" r="9" />
      <path d="M3 12h18M12 3c2.5 2.7 3.5 5.7 3.5 9s-1 6.3-3.5 9c-2.5-2.7-3.5-5.7-3.5-9s1-6.3 3.5-9z" />
    </Icon>
  );
}

/// Stands for somebody whose logo we do not have: `GH` for GitHub.
export function Monogram({ name }: { name: string }) {
  const letters = name.replaceAll(/\P{Lu}/gu, '').slice(0, 2) || [...name][0]?.toUpperCase();
  return <span class="monogram" aria-hidden="true">{letters}</span>;
}
