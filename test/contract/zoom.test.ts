import { zoomProvider } from '../../services/meetings/src/providers/zoom/zoom.provider.ts';
import { holdToContract } from './contract.ts';

const time = { startsAt: new Date('2027-03-09T09:30:00Z'), durationMinutes: 45, timeZone: 'Europe/Berlin' };
const meetingId = 'mtg_01JD000000000000000000000A';

holdToContract({
  vendor: 'zoom',
  provider: zoomProvider(),
  async play({ provider, call, name }) {
    await provider.checker?.check(call('int_check'));
    const { conferences } = provider;
    if (!conferences) throw new Error('Zoom hosts no conferences');
    const wanted = { ...time, meetingId, title: 'First look' };
    const { providerMeetingId } = await conferences.create(wanted, call('int_create'));
    name(providerMeetingId, 'meeting');
    await conferences.find(providerMeetingId, call('int_find'));
    await conferences.findOurs(meetingId, call('int_find_ours'));
    await conferences.move(providerMeetingId, { ...time, durationMinutes: 30 }, call('int_move'));
    await conferences.remove(providerMeetingId, call('int_remove'));
  },
});
