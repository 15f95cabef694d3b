/** Styles of the inspector. */
export const INSPECTOR_STYLE = `
:root { color-scheme: light dark; --line: #d9dee5; --dim: #5b6675; --ground: #fff; --raised: #f5f7f9; --text: #1c2430; --good: #1a7f4b; --bad: #b3261e; --mark: #2457c5; }
@media (prefers-color-scheme: dark) {
  :root { --line: #333c48; --dim: #9aa6b5; --ground: #14181d; --raised: #1c2229; --text: #e6eaf0; --good: #5dc98f; --bad: #ff8a80; --mark: #8fb2ff; }
}
* { box-sizing: border-box; }
body { margin: 0; font: 14px/1.5 system-ui, sans-serif; color: var(--text); background: var(--ground); }
header { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; padding: .75rem 1.25rem; border-bottom: 1px solid var(--line); }
h1 { font-size: 1rem; margin: 0; }
nav { display: flex; gap: .25rem; }
button, select { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--line); border-radius: .35rem; padding: .25rem .7rem; cursor: pointer; }
button[aria-pressed=true] { background: var(--text); color: var(--ground); border-color: var(--text); }
:focus-visible { outline: 2px solid var(--mark); outline-offset: 1px; }
#state { margin-left: auto; color: var(--dim); }
main { padding: 0 1.25rem 3rem; overflow-x: auto; }
table { width: 100%; border-collapse: collapse; }
th { position: sticky; top: 0; text-align: left; font-weight: 600; color: var(--dim); background: var(--ground); border-bottom: 1px solid var(--line); padding: .5rem .5rem .5rem 0; }
td { padding: .35rem .5rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tr.entry { cursor: pointer; }
tr.entry:hover td { background: var(--raised); }
code, pre { font: 12px/1.5 ui-monospace, monospace; }
td code { overflow-wrap: anywhere; }
pre { margin: .25rem 0 1rem; padding: .75rem; background: var(--raised); border-radius: .35rem; white-space: pre-wrap; overflow-wrap: anywhere; }
a { color: var(--mark); }
iframe { width: 100%; height: 24rem; border: 1px solid var(--line); border-radius: .35rem; background: #fff; }
h2 { font-size: .85rem; color: var(--dim); margin: .5rem 0 0; }
.good { color: var(--good); } .bad { color: var(--bad); } .dim { color: var(--dim); }
p.empty { color: var(--dim); padding: 2rem 0; }
`;
