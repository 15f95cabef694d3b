import type { House } from './house.ts';
import type { Settings } from './settings.ts';
import type { Terminal } from './terminal.ts';

export async function watchBuilds(_house: House, _settings: Settings, _terminal: Terminal): Promise<void> {}
