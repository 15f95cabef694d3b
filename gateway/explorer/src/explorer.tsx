import { HISTORY_PLUGIN } from '@graphiql/plugin-history';
import type { Fetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { useEffect, useMemo, useRef } from 'react';
import { ask } from './ask.ts';
import { FillCredential } from './fill-credential.tsx';
import { readMailLink } from './mail-links.ts';
import { type Known, leftBehind } from './operations/operation.ts';
import { findOperation } from './operations/tour.ts';
import { writeOperation } from './operations/write.ts';
import { TopBar } from './top-bar.tsx';
import { TourContext } from './tour-context.ts';
import { TOUR_PLUGIN } from './tour-panel.tsx';
import { useDemo } from './use-demo.ts';

const PLUGINS = [TOUR_PLUGIN, HISTORY_PLUGIN];
const FIRST_TABS = ['WhoAmI', 'SendSms', 'Integrations'];

/** The whole page. */
export function Explorer() {
  const demo = useDemo();
  const { account } = demo;
  const left = useRef<Record<string, string>>({});
  const link = useMemo(() => readMailLink(window.location.pathname), []);

  useEffect(() => {
    // The link's token should neither stay in the address bar nor be opened again by a reload.
    if (link) window.history.replaceState(null, '', '/');
  }, [link]);
  useEffect(() => {
    if (account) Object.assign(left.current, { email: account.email, password: account.password });
  }, [account]);

  const tour = useMemo(() => ({ known: (): Known => left.current }), []);
  const fetcher = useMemo<Fetcher>(
    () => async (question, options) => {
      // The schema is public: an expired token must not take the documentation away.
      const introspects = question.operationName === 'IntrospectionQuery';
      const answer = await ask(question, introspects ? {} : (options?.headers ?? {}));
      const operation = findOperation(question.operationName);
      if (operation) Object.assign(left.current, leftBehind(operation, answer.data));
      return answer as Awaited<ReturnType<Fetcher>> & object;
    },
    [],
  );
  const beginning = useMemo(() => beginWith(link), [link]);

  return (
    <TourContext value={tour}>
      <TopBar demo={demo} />
      <main>
        <GraphiQL
          fetcher={fetcher}
          plugins={PLUGINS}
          visiblePlugin={TOUR_PLUGIN}
          {...beginning}
          // The tabs' headers hold a token: they live as long as this browser tab, not longer.
          storage={sessionStorage}
          shouldPersistHeaders
          showPersistHeadersSettings={false}
          defaultEditorToolsVisibility="variables"
        >
          <GraphiQL.Logo>
            <FillCredential accessToken={account?.accessToken} />
          </GraphiQL.Logo>
        </GraphiQL>
      </main>
    </TourContext>
  );
}

/** The tabs to begin with; a link's operation comes to the front even when a reload brings back other tabs. */
function beginWith(link: ReturnType<typeof readMailLink>) {
  const names = link ? [link.operation] : FIRST_TABS;
  const defaultTabs = names.flatMap((name) => {
    const operation = findOperation(name);
    return operation ? [writeOperation(operation, link?.known ?? {})] : [];
  });
  const [first] = defaultTabs;
  if (!link || !first) return { defaultTabs };
  // GraphiQL fills the first tab's query from the tabs, but its variables from here only.
  return { defaultTabs, initialQuery: first.query, initialVariables: first.variables };
}
