import { createContext, useContext } from 'react';
import type { Known } from './operations/operation.ts';

/** What earlier steps left; read when a ready-made operation is opened. */
export const TourContext = createContext<{ readonly known: () => Known }>({ known: () => ({}) });

export function useTour(): { readonly known: () => Known } {
  return useContext(TourContext);
}
