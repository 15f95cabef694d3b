import { runService } from '@switchboard/service';
import { audit } from './service.ts';

await runService(audit);
