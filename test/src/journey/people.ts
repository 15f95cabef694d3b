import { randomBytes } from 'node:crypto';

/** The people of one walk through the product; new ones each time, so that it can be walked again. */
export interface People {
  readonly owner: Person;
  readonly colleague: Person;
  readonly customer: { readonly name: string; readonly email: string; readonly phone: string };
}

export interface Person {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

export function newPeople(): People {
  const tag = randomBytes(4).toString('hex');
  // 555-01xx is reserved for fiction; the middle digits make the number this walk's own.
  const digits = String(randomBytes(4).readUInt32BE() % 10_000).padStart(4, '0');
  return {
    owner: person('Olga Owner', `olga.${tag}`),
    colleague: person('Carl Colleague', `carl.${tag}`),
    customer: { name: 'Ana Customer', email: `ana.${tag}@customer.example`, phone: `+1415555${digits}` },
  };
}

function person(name: string, local: string): Person {
  return {
    name,
    email: `${local}@company.example`,
    password: `correct horse ${randomBytes(6).toString('hex')}`,
  };
}
