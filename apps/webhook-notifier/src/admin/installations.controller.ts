import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  NotFoundException,
  Param,
  Post,
  Put,
  UseGuards,
} from '@nestjs/common';
import { AdminGuard, readBody } from '@switchyard/admin-api';
import { AppStore } from '../platform/app.store';
import type { Installation } from '../platform/app';
import { InstallationStore } from '../platform/installation.store';
import { installBody, narrowBody, slug, uninstallBody, uuid } from './schemas';

/** Apps in organizations. */
@Controller('admin/api')
@UseGuards(AdminGuard)
export class InstallationsController {
  constructor(
    private readonly apps: AppStore,
    private readonly installations: InstallationStore,
  ) {}

  @Get('apps/:slug/installations')
  async list(@Param('slug') name: string): Promise<{ items: readonly Omit<Installation, 'code'>[] }> {
    const app = (await this.apps.find(readBody(slug, name))) ?? notFound();
    const items = await this.installations.list(app.id);
    return { items: items.map(({ code: _code, ...shown }) => shown) };
  }

  @Post('apps/:slug/installations')
  async install(@Param('slug') name: string, @Body() body: unknown): Promise<Installation> {
    const { user, ...wanted } = readBody(installBody, body);
    const app = (await this.apps.find(readBody(slug, name))) ?? notFound();
    return this.installations.install(app, wanted, user);
  }

  @Post('installations/:uuid/confirm')
  @HttpCode(200)
  async confirm(@Param('uuid') id: string): Promise<Installation> {
    return (await this.installations.confirm(readBody(uuid, id))) ?? notFound();
  }

  @Put('installations/:uuid')
  @HttpCode(204)
  async narrow(@Param('uuid') id: string, @Body() body: unknown): Promise<void> {
    if (!(await this.installations.narrow(readBody(uuid, id), readBody(narrowBody, body).projectIds))) notFound();
  }

  @Delete('installations/:uuid')
  @HttpCode(204)
  async remove(@Param('uuid') id: string, @Body() body: unknown): Promise<void> {
    const { user } = readBody(uninstallBody, body);
    if ((await this.installations.remove(readBody(uuid, id), user)) === undefined) notFound();
  }
}

function notFound(): never {
  throw new NotFoundException('there is no such app or installation');
}
