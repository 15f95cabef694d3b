import { runService } from '@switchboard/service';
import { billing } from './service.ts';

await runService(billing);
