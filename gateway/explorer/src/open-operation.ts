import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useCallback } from 'react';
import type { TourOperation } from './operations/operation.ts';
import { writeOperation } from './operations/write.ts';
import { useTour } from './tour-context.ts';

const WAITS_FOR_A_STEP = /"<[^">]+>"/;

/**
 * Opens a ready-made operation: in the tab that holds it already, or in a new one.
 * A tab that waited for an earlier step's value gets new variables; what the reader typed stays.
 */
export function useOpenOperation(): (operation: TourOperation) => void {
  const { known } = useTour();
  const { addTab, changeTab } = useGraphiQLActions();
  const tabs = useGraphiQL((state) => state.tabs);
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);

  return useCallback(
    (operation) => {
      const { query, variables } = writeOperation(operation, known());
      const index = tabs.findIndex(({ title }) => title === operation.name);
      if (index >= 0) {
        changeTab(index);
        showActiveTab();
        if (WAITS_FOR_A_STEP.test(tabs[index]?.variables ?? '')) variableEditor?.setValue(variables);
        return;
      }
      addTab();
      queryEditor?.setValue(query);
      variableEditor?.setValue(variables);
      showActiveTab();
    },
    [known, addTab, changeTab, tabs, queryEditor, variableEditor],
  );
}

/** With many tabs open, the one in front may stand beyond the edge. */
function showActiveTab(): void {
  requestAnimationFrame(() => {
    document.querySelector('.graphiql-tab-active')?.scrollIntoView({ inline: 'nearest', block: 'nearest' });
  });
}
