import { useCallback, useEffect, useState } from 'react';
import { type DemoAccount, refreshDemo, signUpDemo } from './demo-account.ts';

const STORAGE_KEY = 'switchboard:demo';
const REFRESH_AHEAD_MS = 60_000;

export interface Demo {
  readonly account: DemoAccount | undefined;
  readonly busy: boolean;
  /** Why the last attempt failed, in words. */
  readonly problem: string | undefined;
  start(): Promise<void>;
}

/** The demo user of this browser tab: survives a reload, keeps its access token fresh. */
export function useDemo(): Demo {
  const [account, setAccount] = useState(readStored);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  useEffect(() => {
    if (!account) return;
    sessionStorage.setItem(STORAGE_KEY, JSON.stringify(account));
    const dueInMs = Date.parse(account.expiresAt) - Date.now() - REFRESH_AHEAD_MS;
    const timer = setTimeout(
      () => {
        refreshDemo(account).then(setAccount, (error: Error) => {
          sessionStorage.removeItem(STORAGE_KEY);
          setProblem(`The demo user's session has ended: ${error.message}`);
        });
      },
      Math.max(0, dueInMs),
    );
    return () => clearTimeout(timer);
  }, [account]);

  const start = useCallback(async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      setAccount(await signUpDemo());
    } catch (error) {
      setProblem(`No demo workspace was made: ${(error as Error).message}`);
    } finally {
      setBusy(false);
    }
  }, []);

  return { account, busy, problem, start };
}

function readStored(): DemoAccount | undefined {
  try {
    const stored = sessionStorage.getItem(STORAGE_KEY);
    return stored ? (JSON.parse(stored) as DemoAccount) : undefined;
  } catch {
    return undefined;
  }
}
