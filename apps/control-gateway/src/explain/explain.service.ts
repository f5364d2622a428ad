import { Injectable } from '@nestjs/common';
import { RequestRouter } from '../edge/request-router';
import type { RawRequest } from '../edge/request-router';
import { explainDecision, explainUnaddressed } from './explanation';
import type { Explanation } from './explanation';

/** Says what would be done with a request, and why. Sends nothing, stores nothing, counts nothing. */
@Injectable()
export class ExplainService {
  constructor(private readonly router: RequestRouter) {}

  /** @param nowMs when the request is judged: signatures with a time are refused when they are too old */
  async explain(raw: RawRequest, nowMs?: number): Promise<Explanation> {
    const addressed = this.router.address(raw);
    if (addressed.kind === 'unaddressed') return explainUnaddressed(addressed);
    const { maxBodyBytes, provider } = addressed.parser;
    if (raw.body.length > maxBodyBytes) {
      const detail = `the body is larger than the ${maxBodyBytes} bytes that ${provider} may send`;
      return explainUnaddressed({ ...addressed, kind: 'unaddressed', status: 413, reason: 'body_too_large', detail });
    }
    return explainDecision(addressed, await this.router.decide(addressed, nowMs));
  }
}
