import { runService } from '@switchboard/service';
import { meetings } from './service.ts';

await runService(meetings);
