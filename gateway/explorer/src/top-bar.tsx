import icon from './icon.svg';
import type { Demo } from './use-demo.ts';

/** Name of the house, who the reader is, and the way to become somebody. */
export function TopBar({ demo }: { readonly demo: Demo }) {
  const { account, busy, problem, start } = demo;
  return (
    <header className="graphiql-container top-bar">
      <div className="top-bar-row">
        <img src={icon} alt="" width="24" height="24" />
        <h1>
          Switchboard <span>API explorer</span>
        </h1>
        <a href="/schema.graphql" target="_blank" rel="noreferrer">
          schema.graphql
        </a>
        <div className="who" aria-live="polite">
          {account && (
            <>
              <strong>{account.name}</strong>
              <span>
                {account.email} · owner of “{account.workspaceName}”
              </span>
            </>
          )}
        </div>
        <button type="button" className="demo" disabled={busy} onClick={start}>
          {busy ? 'Making it…' : account ? 'Make another workspace' : 'Make a demo workspace'}
        </button>
      </div>
      {problem && (
        <p className="problem" role="alert">
          {problem}{' '}
          <a href="/health/ready" target="_blank" rel="noreferrer">
            Which parts are up?
          </a>
        </p>
      )}
    </header>
  );
}
