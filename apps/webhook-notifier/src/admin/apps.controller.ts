import {
  BadRequestException,
  Body,
  ConflictException,
  Controller,
  Delete,
  Get,
  HttpCode,
  NotFoundException,
  Param,
  Post,
  Put,
  Query,
  UseGuards,
} from '@nestjs/common';
import { Actor, AdminGuard, readBody, readQuery, RequiresScope, rowPage } from '@switchyard/admin-api';
import { AppStore } from '../platform/app.store';
import type { App } from '../platform/app';
import { InstallationStore } from '../platform/installation.store';
import { UrlCheck } from '../platform/url-check';
import { appBody, newAppBody, slug, uninstallBody } from './schemas';

/** Apps of customers. Secrets are shown when they are made, and never again. */
@Controller('admin/api/apps')
@UseGuards(AdminGuard)
export class AppsController {
  constructor(
    private readonly apps: AppStore,
    private readonly installations: InstallationStore,
    private readonly urls: UrlCheck,
  ) {}

  @Get()
  async list(@Query() query: unknown): Promise<{ items: readonly App[]; next: string | null }> {
    const { limit, after } = readQuery(rowPage, query);
    const items = await this.apps.list(limit, after);
    return { items, next: items.length === limit ? (items.at(-1)?.id ?? null) : null };
  }

  @Post()
  async create(@Body() body: unknown, @Actor() actor: string) {
    const wanted = readBody(newAppBody, body);
    this.check(wanted);
    const created = await this.apps.create(wanted, actor);
    if (created === undefined) throw new ConflictException(`there is an app ${wanted.slug} already`);
    return { ...created.app, clientSecret: created.secrets.client, webhookSecret: created.secrets.standard[0] };
  }

  @Get(':slug')
  get(@Param('slug') name: string): Promise<App> {
    return this.find(name);
  }

  @Put(':slug')
  async update(@Param('slug') name: string, @Body() body: unknown, @Actor() actor: string) {
    const change = readBody(appBody, body);
    const app = await this.find(name);
    this.check({ ...change, kind: app.kind });
    return (await this.apps.update(app.slug, change, actor)) ?? notFound(name);
  }

  @Post(':slug/rotate-secrets')
  @RequiresScope('admin')
  @HttpCode(200)
  async rotate(@Param('slug') name: string, @Actor() actor: string) {
    const secrets = await this.apps.rotate(readBody(slug, name), actor);
    if (secrets === undefined) return notFound(name);
    return { clientSecret: secrets.client, webhookSecret: secrets.standard[0] };
  }

  @Delete(':slug')
  @RequiresScope('admin')
  @HttpCode(204)
  async remove(@Param('slug') name: string, @Body() body: unknown): Promise<void> {
    const { user } = readBody(uninstallBody, body);
    await this.installations.removeApp(await this.find(name), user);
  }

  private async find(name: string): Promise<App> {
    return (await this.apps.find(readBody(slug, name))) ?? notFound(name);
  }

  /** @throws BadRequestException: an early, friendly word; every request is checked again when it is sent */
  private check(app: {
    kind: App['kind'];
    webhookUrl: string | null;
    events: readonly string[];
    isAlertable: boolean;
  }) {
    if (app.webhookUrl === null) {
      if (app.kind !== 'internal') throw new BadRequestException('webhookUrl: apps that others install need one');
      if (app.events.length > 0 || app.isAlertable)
        throw new BadRequestException('webhookUrl: is needed for events and alerts');
      return;
    }
    const problem = this.urls.problemOf(app.webhookUrl);
    if (problem !== undefined) throw new BadRequestException(`webhookUrl: ${problem}`);
  }
}

function notFound(name: string): never {
  throw new NotFoundException(`there is no app ${name}`);
}
