import { runService } from '@switchboard/service';
import { mail } from './service.ts';

await runService(mail);
