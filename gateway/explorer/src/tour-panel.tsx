import type { GraphiQLPlugin } from '@graphiql/react';
import { useGraphiQL } from '@graphiql/react';
import { useOpenOperation } from './open-operation.ts';
import { TOUR } from './operations/tour.ts';

function TourIcon() {
  return (
    <svg
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      aria-hidden="true"
    >
      <circle cx="5" cy="6" r="2" />
      <circle cx="5" cy="12" r="2" />
      <circle cx="5" cy="18" r="2" />
      <path d="M10 6h10M10 12h10M10 18h10" />
    </svg>
  );
}

function TourPanel() {
  const open = useOpenOperation();
  const activeTitle = useGraphiQL(({ tabs, activeTabIndex }) => tabs[activeTabIndex]?.title);
  return (
    <section className="tour" aria-label="Tour">
      <h2>Tour</h2>
      <p>Ready-made operations. Each opens in a tab of its own, with variables filled in.</p>
      {TOUR.map(({ title, operations }) => (
        <div key={title}>
          <h3>{title}</h3>
          <ol>
            {operations.map((operation) => (
              <li key={operation.name}>
                <button
                  type="button"
                  aria-current={operation.name === activeTitle}
                  onClick={() => open(operation)}
                >
                  <span>{operation.title}</span>
                  <code>{operation.name}</code>
                </button>
              </li>
            ))}
          </ol>
        </div>
      ))}
    </section>
  );
}

export const TOUR_PLUGIN: GraphiQLPlugin = { title: 'Tour', icon: TourIcon, content: TourPanel };
