import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

import { t } from '../messages';
import { Button } from './button';

interface DialogProps {
  title: string;
  children: ComponentChildren;
  onClose: () => void;
}

/// A question apart from the page. Its first field has the focus at once; the browser keeps the focus in it and gives it back, and Escape closes it.
export function Dialog({ title, children, onClose }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    element?.querySelector<HTMLInputElement>('input:not([readonly])')?.focus();
    return () => element?.close();
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby={titleId} onCancel={(event) => { event.preventDefault(); onClose(); }}>
      <h2 id={titleId}>{title}</h2>
      {children}
    </dialog>
  );
}

/// The way out of a dialog, beside its form's button.
export function CancelButton({ onClick }: { onClick: () => void }) {
  return <Button onClick={onClick}>{t('cancel')}</Button>;
}
