import { NotFoundException } from '@nestjs/common';

/** @throws NotFoundException that says what there is none of */
export function missing(what: string): never {
  throw new NotFoundException({ error: 'not_found', detail: `this region has no such ${what}` });
}
