import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { AdminGuard } from './admin.guard';
import { ADMIN_SETTINGS } from './admin.settings';
import type { AdminSettings } from './admin.settings';
import {
  InstallationsController,
  IntegrationsController,
  MappingsController,
  RegionsController,
} from './directory.controllers';

/** The admin API of the directory, and the guard that other admin controllers use. Needs DirectoryModule. */
@Module({})
export class AdminModule {
  static forRoot(settings: AdminSettings): DynamicModule {
    return {
      module: AdminModule,
      global: true,
      controllers: [MappingsController, IntegrationsController, InstallationsController, RegionsController],
      providers: [{ provide: ADMIN_SETTINGS, useValue: settings }, AdminGuard],
      exports: [ADMIN_SETTINGS, AdminGuard],
    };
  }
}
