import type { Tx } from '@switchboard/storage';
import { DATA_SERVICES, type DataService } from '../../domain/data-request.ts';

/** Who has not answered a request yet. */
export async function missingServices(em: Tx['em'], requestId: string): Promise<DataService[]> {
  const answers = await em.execute<{ service: string }[]>(
    'select service from data_answers where request_id = ?',
    [requestId],
  );
  const answered = new Set(answers.map(({ service }) => service));
  return DATA_SERVICES.filter((service) => !answered.has(service));
}
