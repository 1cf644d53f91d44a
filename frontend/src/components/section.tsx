import type { ComponentChildren, RefObject } from 'preact';
import { useId } from 'preact/hooks';

interface SectionProps {
  title: string;
  lead?: string;
  children: ComponentChildren;
  heading?: RefObject<HTMLHeadingElement>; // for who wants to have it read
}

/// One card of a page that has several.
export function Section({ title, lead, children, heading }: SectionProps) {
  const id = useId();
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id} {...(heading && { ref: heading, tabIndex: -1 })}>{title}</h2>
      {lead && <p class="lead">{lead}</p>}
      {children}
    </section>
  );
}

interface RowProps {
  icon?: ComponentChildren;
  title: ComponentChildren;
  details?: ComponentChildren;
  action?: ComponentChildren;
}

/// One of the things that a section lists, and what can be done with it.
export function Row({ icon, title, details, action }: RowProps) {
  return (
    <li class="row">
      {icon}
      <div class="about">
        <strong>{title}</strong>
        {details && <div class="details">{details}</div>}
      </div>
      {action}
    </li>
  );
}
