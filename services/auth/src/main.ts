import { runService } from '@switchboard/service';
import { auth } from './service.ts';

await runService(auth);
