import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

import { type Problem, problemText } from '../api';

interface NoticeProps {
  children: ComponentChildren;
  tone?: 'bad' | 'good' | 'plain';
}

/// Something to know that is part of the page.
export function Notice({ children, tone = 'plain' }: NoticeProps) {
  return <div class={`notice ${tone}`}>{children}</div>;
}

interface AlertProps {
  problem: Problem | undefined;
  children?: ComponentChildren; // what one can do about it
}

/// What went wrong. It is read aloud, and has the focus, so that what one can do about it comes next.
export function Alert({ problem, children }: AlertProps) {
  const alert = useRef<HTMLDivElement>(null);
  useEffect(() => { if (problem) alert.current?.focus(); }, [problem]);
  return (
    <div ref={alert} role="alert" tabIndex={-1} class={problem ? 'notice bad' : 'heard'}>
      {problem && <>{problemText(problem)}{children}</>}
    </div>
  );
}
