import { Body, ConflictException, Controller, Delete, Get, HttpCode, NotFoundException } from '@nestjs/common';
import { Param, Post, Query, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { AdminGuard, RequiresScope } from '../access/admin.guard';
import { Actor } from '../access/principal';
import { ADMIN_SCOPES } from '../access/scope';
import { pageOf, readQuery, rowPage } from '../page-query';
import type { Page } from '../page-query';
import { readBody } from '../read-body';
import { TokenStore } from './token.store';
import type { AdminToken } from './token.store';

/** A year and a day: nobody has to make a new one on a holiday. */
const DAYS_MAX = 366;

/** What a new token is made of. */
export const newTokenBody = z.strictObject({
  name: z.string().regex(/^[\w.@+-][\w.@+ -]{0,62}[\w.@+-]$|^[\w.@+-]$/, 'must be up to 64 letters, digits and .@+-_'),
  scope: z.enum(ADMIN_SCOPES),
  expiresInDays: z.number().int().min(1).max(DAYS_MAX).default(90),
});

/** Which token. */
export const tokenPath = z.object({ id: z.string().regex(/^\d{1,18}$/, 'must be the id of a token') });

/** Personal tokens of this app's admin API. */
@Controller('admin/api/tokens')
@UseGuards(AdminGuard)
@RequiresScope('admin')
export class TokensController {
  constructor(private readonly tokens: TokenStore) {}

  @Get()
  async list(@Query() query: unknown): Promise<Page<AdminToken>> {
    const { limit, after } = readQuery(rowPage, query);
    return pageOf(await this.tokens.list(limit + 1, after), limit, ({ id }) => id);
  }

  /** The token is in this answer and never again. */
  @Post()
  @HttpCode(201)
  async create(@Body() body: unknown, @Actor() actor: string): Promise<AdminToken & { token: string }> {
    const wanted = readBody(newTokenBody, body);
    const made = await this.tokens.create(wanted, actor);
    if (made !== undefined) return { ...made.record, token: made.token };
    const detail = `there is a token ${wanted.name} already: revoke it first, or choose another name`;
    throw new ConflictException({ error: 'conflict', detail });
  }

  @Delete(':id')
  @HttpCode(204)
  async revoke(@Param() path: unknown, @Actor() actor: string): Promise<void> {
    const { id } = readQuery(tokenPath, path);
    if (await this.tokens.revoke(id, actor)) return;
    throw new NotFoundException({ error: 'not_found', detail: 'there is no such token, or it was revoked before' });
  }
}
