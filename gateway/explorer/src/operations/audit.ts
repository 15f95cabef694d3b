import type { TourGroup } from './operation.ts';

export const audit: TourGroup = {
  title: 'One person, and the trail',
  operations: [
    {
      name: 'Person',
      title: 'All that happened with a person',
      query: `query Person($email: String!, $phone: String!) {
  byEmail: contactPoint(address: $email) {
    address
    mailMessages(first: 5) { nodes { id subject status } }
    payments(first: 5) { nodes { id status amount { amountMinor currency } } }
    meetings(first: 5) { nodes { id title status startsAt } }
    auditEntries(first: 5) { nodes { type occurredAt } }
  }
  byPhone: contactPoint(address: $phone) {
    address
    smsMessages(first: 5) { nodes { id direction status body } }
    payments(first: 5) { nodes { id status } }
    auditEntries(first: 5) { nodes { type occurredAt } }
  }
}`,
      variables: () => ({ email: 'ana@example.com', phone: '+14155550123' }),
    },
    {
      name: 'Trail',
      title: 'What happened in the workspace',
      query: `query Trail($filter: AuditFilter) {
  auditEntries(first: 20, filter: $filter) {
    nodes {
      sequence
      type
      service
      occurredAt
      actor { kind userId apiKeyId }
      operation
      subjects
      sandbox
    }
    pageInfo { hasNextPage endCursor }
  }
  auditSummary { totalEntries byService { name entries } }
}`,
      variables: () => ({ filter: {} }),
    },
    {
      name: 'VerifyTrail',
      title: 'Prove that the trail is whole',
      query: `query VerifyTrail {
  auditVerify {
    valid
    checkedEntries
    firstProblem { sequence kind entryId }
    checkpoint
  }
}`,
    },
  ],
};
