import {
  ADMIN_SCOPES,
  AuditController,
  newTokenBody,
  rowPage,
  tokenPath,
  TokensController,
} from '@switchyard/admin-api';
import { DescribedController, Operation } from './openapi';

const text = { type: 'string' } as const;
const date = { type: 'string', format: 'date-time' } as const;
const token = {
  type: 'object',
  properties: {
    id: text,
    name: text,
    scope: { type: 'string', enum: [...ADMIN_SCOPES] },
    createdBy: text,
    createdAt: date,
    expiresAt: date,
    lastUsedAt: { ...date, nullable: true },
    revokedAt: { ...date, nullable: true },
    token: { ...text, description: 'Only in the answer to the request that made it.' },
  },
};
const entry = {
  type: 'object',
  properties: { id: text, at: date, actor: text, action: text, subject: text, detail: { type: 'object' } },
};

/** The controllers of the lib, which all apps have, know nothing of OpenAPI: here they get their place in the document. */
export function describeAccess(): void {
  DescribedController('access')(TokensController);
  DescribedController('access')(AuditController);
  describe(
    TokensController,
    'list',
    Operation({
      id: 'listTokens',
      summary: 'Personal tokens, newest first',
      answers: token,
      isList: true,
      query: rowPage,
    }),
  );
  describe(
    TokensController,
    'create',
    Operation({
      id: 'createToken',
      summary: 'Makes a personal token, which is shown once',
      answers: token,
      body: newTokenBody,
    }),
  );
  describe(
    TokensController,
    'revoke',
    Operation({
      id: 'revokeToken',
      summary: 'Ends a personal token and its sessions',
      answers: token,
      path: tokenPath,
    }),
  );
  describe(
    AuditController,
    'list',
    Operation({
      id: 'listAudit',
      summary: 'What operators did, newest first',
      answers: entry,
      isList: true,
      query: rowPage,
    }),
  );
}

function describe(controller: { readonly prototype: object }, method: string, decorator: MethodDecorator): void {
  const descriptor = Object.getOwnPropertyDescriptor(controller.prototype, method);
  if (descriptor === undefined) throw new Error(`the controller has no ${method}`);
  decorator(controller.prototype, method, descriptor);
}
