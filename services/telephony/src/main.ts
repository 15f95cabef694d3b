import { runService } from '@switchboard/service';
import { telephony } from './service.ts';

await runService(telephony);
