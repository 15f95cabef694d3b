import { AppError } from '@switchboard/errors';
import { DATA_SERVICES, type DataService } from '../../domain/data-request.ts';

/** @throws AppError FORBIDDEN for whoever is none of the services that keep data. */
export function requireDataService(asker: string): DataService {
  const service = DATA_SERVICES.find((name) => name === asker);
  if (service) return service;
  throw new AppError('FORBIDDEN', `${asker} asked about a request for data`, {
    publicMessage: 'Not allowed.',
  });
}
