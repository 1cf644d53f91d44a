// The frame of every page: whose it is, one card or more, and the language.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

import { useBrand } from '../brand';
import { LanguageSwitch } from './language_switch';

let screensShown = 0;

interface HeadingProps {
  title: string;
  lead?: ComponentChildren;
}

/// What a screen is about. Where one screen follows another on a page, reading goes on here.
export function Heading({ title, lead }: HeadingProps) {
  const { product_name: product } = useBrand();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => { document.title = `${title} · ${product}`; }, [title, product]);
  useEffect(() => {
    screensShown += 1;
    if (screensShown > 1) heading.current?.focus();
  }, []);
  return (
    <div class="heading">
      <h1 ref={heading} tabIndex={-1}>{title}</h1>
      {lead && <p class="lead">{lead}</p>}
    </div>
  );
}

export function BrandMark() {
  const { product_name: product, logo_url: logo } = useBrand();
  return <p class="brand"><img src={logo} alt="" />{product}</p>;
}

interface ScreenProps extends HeadingProps {
  children?: ComponentChildren;
  below?: ComponentChildren; // under the card: where else to go
}

export function Screen({ title, lead, children, below }: ScreenProps) {
  return (
    <div class="screen">
      <header><BrandMark /></header>
      <main>
        <section class="card">
          <Heading title={title} lead={lead} />
          {children}
        </section>
        {below && <p class="below">{below}</p>}
      </main>
      <footer><LanguageSwitch /></footer>
    </div>
  );
}
