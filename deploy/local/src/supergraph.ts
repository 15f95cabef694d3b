import { runCommand } from './command.ts';
import { supergraphCommand } from './supergraph-command.ts';

await runCommand(() => supergraphCommand(process.argv.slice(2), process.env, (text) => console.log(text)));
