import type { ComponentChildren } from 'preact';

type Look = 'primary' | 'quiet' | 'danger' | 'plain';

interface ButtonProps {
  children: ComponentChildren;
  look?: Look;
  type?: 'button' | 'submit';
  busy?: boolean;
  describedBy?: string;
  label?: string; // read aloud instead, where several buttons have the same text
  onClick?: (event: MouseEvent) => void;
}

/// While it is busy it keeps the focus, and does nothing.
export function Button({ children, look = 'quiet', type = 'button', busy = false, describedBy, label, onClick }:
  ButtonProps) {
  return (
    <button type={type} class={`button ${look}`} aria-disabled={busy} aria-describedby={describedBy} aria-label={label}
      onClick={(event) => { if (!busy) onClick?.(event); }}>
      {children}
      {busy && <span class="spinner" aria-hidden="true" />}
    </button>
  );
}

interface LinkProps {
  children: ComponentChildren;
  href: string;
  look?: Look;
}

/// A link that looks like what one does next.
export function ButtonLink({ children, href, look = 'primary' }: LinkProps) {
  return <a class={`button ${look}`} href={href}>{children}</a>;
}
