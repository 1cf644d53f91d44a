import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';

import { type Answer, type Problem } from '../api';
import type { List } from '../server';
import { useAnswer } from './answer';
import { Alert } from './notice';
import { Section } from './section';

interface Shown<Item> {
  items: Item[];
  /// Tells what became of an action, and lists anew.
  act: (action: Promise<Answer<void>>, news: string) => void;
}

interface ListSectionProps<Item> {
  title: string;
  lead: string;
  ask: () => Promise<Answer<List<Item>>>;
  onNews: (news: string) => void;
  children: (shown: Shown<Item>) => ComponentChildren;
}

/// A card that lists what the server keeps for somebody.
export function ListSection<Item>({ title, lead, ask, onNews, children }: ListSectionProps<Item>) {
  const [answer, again] = useAnswer(ask);
  const [refused, setRefused] = useState<Problem>();
  const heading = useRef<HTMLHeadingElement>(null);
  const act = async (action: Promise<Answer<void>>, news: string) => {
    const { problem } = await action;
    setRefused(problem);
    if (problem) return;
    await again();
    onNews(news);
    // The button that had the focus is gone with what it ended: reading goes on at the top of the list.
    setTimeout(() => { if (document.activeElement === document.body) heading.current?.focus(); });
  };
  return (
    <Section title={title} lead={lead} heading={heading}>
      <Alert problem={refused ?? answer?.problem} />
      {answer?.value && children({ items: answer.value.items, act: (action, news) => void act(action, news) })}
    </Section>
  );
}
